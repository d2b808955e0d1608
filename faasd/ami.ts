import type { Box } from './box.ts'
import { AMI_SERVICE } from './core-services.ts'
import { settled } from './restart.ts'
import type { Settings } from './settings.ts'
import { amiHost } from './watch/ami-host.ts'
import { ask } from './watch/ask.ts'
import { confine, confinementOf } from './watch/confinement.ts'

const START_SECONDS = 30
const LIMIT_MS = 2_000

/** Confines the service ami, which is new with each start of faasd, and waits until it answers. */
export async function keepAmi(box: Box, { ami }: Settings): Promise<string[]> {
  if (!ami) return []
  const seen = await confinementOf(AMI_SERVICE)
  if (seen === undefined)
    throw new Error(`${AMI_SERVICE} is not running: journalctl -t openfaas:${AMI_SERVICE}`)
  if ('how' in seen) throw notHeld(seen.how)
  if (seen.loose.length > 0)
    await confine(seen.pid).catch((error: Error) => {
      throw notHeld(error.message)
    })
  await settled(START_SECONDS, () => lacks(box))
  return seen.loose.length > 0 ? [`Confined ${AMI_SERVICE}: ${seen.loose.join(', ')}`] : []
}

function notHeld(why: string): Error {
  return new Error(
    `${AMI_SERVICE} cannot be kept from the network and limited (${why}): repair that, or --no-ami`,
  )
}

async function lacks({ faasd }: Box): Promise<string | undefined> {
  const url = `http://${amiHost(faasd)}:8080/healthz`
  const status = await ask(url, { limitMs: LIMIT_MS }).then(
    (answer) => answer.status,
    () => undefined,
  )
  if (status === 200) return undefined
  return `${AMI_SERVICE} does not answer at ${url}: journalctl -t openfaas:${AMI_SERVICE}`
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { diagnose } from '../doctor/diagnose.ts'
import { linesOf, summary } from '../doctor/lines.ts'
import { warmUp } from '../faasd/functions.ts'
import { catchUp } from '../faasd/watch/catch-up.ts'

/**
 * Has the functions take up what waits, and looks at every part as the doctor does: an image is built by an engine and
 * pushed, and both are removed again. An Error where something is wrong.
 */
export async function checkInstallation(gateway: string, folder: string): Promise<string[]> {
  const secrets = join(folder, 'secrets')
  const read = (name: string) => readFileSync(join(secrets, name), 'utf8').trim()
  await warmUp(gateway)
  await catchUp(gateway, read('payload-secret').split(/\r?\n/)[0] ?? '', {})
  const password = read('basic-auth-password')
  const checks = await diagnose({ kind: 'openfaas', gateway, secrets, password, disks: [] })
  const colours = pc.createColors(process.stdout.isTTY === true)
  const lines = checks.filter(({ state }) => state !== 'ok').flatMap((check) => linesOf(check, colours))
  const said = [...lines, summary(checks)]
  if (checks.some(({ state }) => state === 'failed')) throw new Error(said.join('\n'))
  return said
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openRegistry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { checkMerges } from './check-merges.ts'
import { openRemote } from './remote-world.ts'
import { name } from './shop.ts'
import type { Target } from './target.ts'

const SECRETS = ['webhook-secret', 'payload-secret', 'registry-user', 'registry-password', 'registry-ca']

/** faasd answers 404 while it deploys, and 500 until a function listens. */
const START_MS = 30_000

/** What each function answers to somebody who has no secret: method, path, status. */
const STRANGERS = [
  ['webhook', 'POST', '/function/webhook', 401],
  ['build', 'POST', '/function/build', 401],
  ['badge', 'GET', `/function/badge/${name('none')}.json`, 200],
] as const

/**
 * Makes sure that the journeys will find what they need: secrets, functions, registry, and a GitHub that the
 * functions see. What is missing is an Error with the remedy.
 */
export async function checkTarget(
  target: Target,
  say: (line: string) => void,
  startMs = START_MS,
): Promise<void> {
  const { gateway, registry, secrets, github } = target
  for (const secret of SECRETS) checkSecret(secrets, secret)
  for (const stranger of STRANGERS) await checkFunction(gateway, stranger, startMs)
  say(`${gateway} has the functions webhook, build and badge`)
  await openRegistry(registryTransport(registry, secretsIn(secrets)))
    .ping()
    .catch(({ message }: Error) => {
      throw new Error(`${registry}: ${message}. Is --registry right, and are its secrets in ${secrets}?`)
    })
  say(`${registry} opens with the secrets in ${secrets}`)
  const world = await openRemote(target).catch(({ code, message }: NodeJS.ErrnoException) => {
    const remedy =
      code === 'EADDRINUSE'
        ? 'end who listens there, or take another port'
        : 'it must be an address of this machine'
    throw new Error(
      `--github ${github.host}:${github.port} cannot be listened on (${code ?? message}): ${remedy}`,
    )
  })
  await checkMerges(world).finally(() => world.close())
  say(
    `a merge on the local GitHub at ${world.github.url} comes to the functions, and its record to the registry`,
  )
}

function checkSecret(folder: string, secret: string): void {
  const text = read(join(folder, secret))
  if (text.trim() === '')
    throw new Error(`${join(folder, secret)} is empty: it must hold what the functions have as ${secret}`)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      `${file} cannot be read (${code}): --secrets names a folder with the secrets of the functions, each in a file`,
    )
  }
}

async function checkFunction(
  gateway: string,
  stranger: (typeof STRANGERS)[number],
  startMs: number,
): Promise<void> {
  const [called, method, path, wanted] = stranger
  const end = Date.now() + startMs
  for (;;) {
    const answer = await fetch(gateway + path, { method }).catch(({ message, cause }: Error) => {
      const { code } = (cause ?? {}) as { code?: string }
      throw new Error(`Nobody answers at ${gateway} (${code ?? message}): is --gateway right, and is it up?`)
    })
    if (answer.status === wanted) return
    const said = (await answer.text()).trim().slice(0, 200)
    if (Date.now() > end)
      throw new Error(
        answer.status === 404
          ? `${gateway} has no function ${called} (404 ${said}): deploy it`
          : `${called} answers ${answer.status} to ${method} ${path}, not ${wanted} (${said}): see faas-cli logs ${called}`,
      )
    await sleep(500)
  }
}

import { dockerAt } from './docker.ts'

const DEFAULT_HOST = 'unix:///var/run/docker.sock'
const ANSWER_MS = 10_000
/** The API of Docker Engine 20.10, the first whose BuildKit is complete enough. */
const OLDEST_API = [1, 41] as const

/**
 * The engine that DOCKER_HOST names, or the one on Docker's usual socket: undefined if none runs there. An engine
 * that is too old, may not be used, or is named and does not answer is an error that says what to do.
 */
export async function runningEngine(): Promise<{ host: string; version: string } | undefined> {
  const named = process.env.DOCKER_HOST
  const host = named || DEFAULT_HOST
  if (!/^(unix|tcp):\/\//.test(host)) {
    throw new Error(`DOCKER_HOST is ${host}: only unix:// and tcp:// addresses can be used`)
  }
  let found: Awaited<ReturnType<ReturnType<typeof dockerAt>['version']>>
  try {
    found = await dockerAt(host, { timeout: ANSWER_MS }).version()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EACCES') throw new Error(mayNot(host))
    if (!named && (code === 'ENOENT' || code === 'ECONNREFUSED')) return undefined
    throw new Error(`The Docker Engine at ${host} does not answer: ${(error as Error).message}`)
  }
  refuseUnusable(found, host)
  return { host, version: found.Version }
}

function mayNot(host: string): string {
  return (
    `There is a Docker Engine at ${host}, but you may not use it. Add yourself to the docker group ` +
    '(sudo usermod -aG docker "$USER"), log in again and start again'
  )
}

function refuseUnusable(
  found: { Version: string; ApiVersion: string; Components?: { Name: string }[] },
  host: string,
): void {
  const [major = 0, minor = 0] = found.ApiVersion.split('.').map(Number)
  const podman = found.Components?.some((part) => part.Name.startsWith('Podman'))
  const old = major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1])
  if (!old && !podman) return
  const what = podman ? 'Podman' : 'Docker Engine'
  throw new Error(
    `Found ${what} ${found.Version} (API ${found.ApiVersion}) at ${host}: Docker Engine 20.10 or newer is needed. ` +
      'Upgrade it, or set DOCKER_HOST to another engine',
  )
}

import type Docker from 'dockerode'
import { type Check, ok } from '../functions/shared/check.ts'
import { bytes } from '../functions/shared/size.ts'
import { dockerAt } from '../local/docker.ts'
import { lastCollected } from '../registry/collected.ts'
import { sizeOf } from '../registry/program.ts'

const LIMIT_MS = 10_000

/** How much the registry of a state folder takes, and the build cache of this machine's engine; what cannot be seen is left out. */
export async function lookAtSizes(
  state: string,
  host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock',
): Promise<Check[]> {
  const looks = await Promise.all([registrySize(state), cacheSize(host)].map((look) => look.catch(() => [])))
  return looks.flat()
}

async function registrySize(state: string): Promise<Check[]> {
  const size = await sizeOf(`${state}/registry`)
  const last = lastCollected(state)?.slice(0, 10)
  return [
    ok(
      'registry size',
      `${bytes(size)}; ${last ? `collected on ${last}` : 'never collected: npm run collect'}`,
    ),
  ]
}

async function cacheSize(host: string): Promise<Check[]> {
  if (!host.startsWith('unix://')) return []
  const { BuildCache, BuildCacheUsage } = await usage(dockerAt(host, { timeout: LIMIT_MS }))
  const size =
    BuildCacheUsage?.TotalSize ??
    (BuildCache ?? []).reduce((sum, { Shared, Size }) => sum + (Shared ? 0 : Size), 0)
  return [ok('engine cache size', `${bytes(size)} of build cache, whoever built it`)]
}

/** The second form is that of Docker 29 and newer. https://docs.docker.com/reference/api/engine/version/v1.52 */
type Usage = { BuildCache?: { Shared: boolean; Size: number }[]; BuildCacheUsage?: { TotalSize?: number } }

/** Of the cache alone where the engine can (20.10 counts everything), and not by dockerode's call, which drops the query. */
function usage(docker: Docker): Promise<Usage> {
  const call = {
    path: '/system/df?',
    method: 'GET',
    options: { type: 'build-cache' },
    statusCodes: { 200: true },
  }
  return new Promise((resolve, reject) => {
    docker.modem.dial(call, (error: unknown, answer: unknown) =>
      error ? reject(error) : resolve(answer as Usage),
    )
  })
}

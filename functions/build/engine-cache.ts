import type Docker from 'dockerode'
import { log } from '../shared/log.ts'
import type { Workshop } from './workshop.ts'

/** To delete tens of gigabytes takes its time. */
const PATIENCE_MS = 600_000

/**
 * Takes what was longest unused out of BuildKit's cache until no more than `keep` bytes are left, and gives how many
 * that were. Not by dockerode's own call, which drops the query. Docker 28 renamed the parameter, and says that it will
 * stop to know the old name: both, always in this order, for the policy proxy lets through this call alone.
 * https://docs.docker.com/reference/api/engine/version/v1.48/#tag/Image/operation/BuildPrune
 */
export function pruneCache(docker: Docker, keep: number): Promise<number> {
  const call = {
    path: '/build/prune?',
    method: 'POST',
    options: { _query: { 'keep-storage': keep, 'reserved-space': keep }, _body: {} },
    abortSignal: AbortSignal.timeout(PATIENCE_MS),
    statusCodes: { 200: true, 403: 'refused', 500: 'server error' },
  }
  return new Promise((resolve, reject) => {
    docker.modem.dial(call, (error: unknown, answer: unknown) => {
      if (error) reject(error)
      else resolve((answer as { SpaceReclaimed?: number }).SpaceReclaimed ?? 0)
    })
  })
}

/** Keeps each engine's cache under `engine_cache`, where builds have ended since the last time and none is running. */
export async function trimCache({ config, works, engines, metrics }: Workshop): Promise<void> {
  const { engineCache } = config
  const { slots } = engines
  if (engineCache === undefined || !works.cacheGrown || slots.activeCount + slots.pendingCount > 0) return
  works.cacheGrown = false
  try {
    await engines.each(async (engine) => {
      const freed = await engine.prune(engineCache)
      metrics.cache.freed += freed
      if (freed > 0) log('engine_cache_pruned', { freed })
    })
  } catch (error) {
    works.cacheGrown = true
    log('engine_cache_not_pruned', { error })
  }
}

import { randomUUID } from 'node:crypto'
import type { Engine } from '../../functions/build/engine.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { putImage } from '../build/image-in-memory.ts'
import type { QuickRegistry } from './quick-registry.ts'

export const PLAYED_REGISTRY = 'registry.invalid'

/** An engine in memory whose builds are never the same bytes twice, as real ones are not. It outlives processes. */
export function playedEngine(quick: QuickRegistry) {
  const images = new Map<string, Record<string, string>>()
  const registry = openRegistry(quick.perform)
  /** The engine as one process sees it, as long as `gate` lets it. */
  const seenThrough = (gate: () => Promise<void>): Engine => ({
    ping: gate,
    version: async () => '29',
    async build({ offer, image, labels }, _write, signal) {
      await gate()
      signal.throwIfAborted()
      if (String(offer.dockerfile.bytes).includes('BREAKS')) throw new Failure('build_failed')
      images.set(image, labels)
    },
    async push(repository, tag) {
      await gate()
      const labels = images.get(`${repository}:${tag}`)
      if (labels === undefined) throw new Failure('engine_error')
      const name = repository.slice(PLAYED_REGISTRY.length + 1)
      const digest = await putImage(registry, name, tag, { ...labels, once: randomUUID() })
      await gate()
      return digest
    },
    prune: async () => 0,
    async remove(image) {
      await gate()
      images.delete(image)
    },
    async hasOurs(image, sha) {
      await gate()
      return images.get(image)?.['org.opencontainers.image.revision'] === sha
    },
  })
  return { images, seenThrough }
}

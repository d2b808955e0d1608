import { images, type Journey } from '../test/support/journey.ts'
import { built } from './built.ts'
import type { Fed, FedEngine } from './fed-engine.ts'
import { green } from './green.ts'
import { untold } from './untold.ts'

/** So many merges told of at one moment, in as many repositories as there are. */
export type Batch = {
  size: number
  /** Versions begin with it, so that none is there already. */
  version: string
  /** What a service is built from; another word makes other sources. */
  source: (service: string, word: string) => Record<string, string>
}

const REPOSITORIES = 5
const serviceOf = (index: number) => `shop-${index % REPOSITORIES}`
const repositoryOf = (index: number) => `acme/${serviceOf(index)}`

/** Repositories for batches, with one service each. */
export async function createRepositories({ github }: Journey): Promise<void> {
  for (let index = 0; index < REPOSITORIES; index += 1)
    await github.create(repositoryOf(index), { files: { 'README.md': '# shop\n' } })
}

/** From the deliveries of a batch until all of it is built and the badges are green with the newest, in ms. */
export async function merged(world: Journey, { size, version, source }: Batch): Promise<number> {
  const merges: Awaited<ReturnType<typeof untold>>[] = []
  for (let index = 0; index < size; index += 1) {
    const service = serviceOf(index)
    const entry = images({ [service]: `${version}.${index}` })
    const files = { ...entry, ...source(service, `ours ${version}.${index}`) }
    merges.push(await untold(world, repositoryOf(index), files))
  }
  const shas = merges.map(({ sha }) => sha)
  const began = performance.now()
  await Promise.all([built(world, shas), ...merges.map(({ tell }) => tell())])
  for (let index = Math.max(0, size - REPOSITORIES); index < size; index += 1)
    await green(world, serviceOf(index), `${version}.${index}`)
  return performance.now() - began
}

/** The same builds and pushes by the engine alone, in ms. */
export function fed(engine: FedEngine, { size, version, source }: Batch): Promise<number> {
  return engine.feed(
    Array.from({ length: size }, (_, index): Fed => {
      const service = serviceOf(index)
      const files = Object.entries(source(service, `theirs ${version}.${index}`))
      const inFolder = files.map(([path, content]) => [path.slice(service.length + 1), content])
      return { image: `by-hand-${service}:${version}.${index}`, files: Object.fromEntries(inFolder) }
    }),
  )
}

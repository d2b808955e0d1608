import { setTimeout as sleep } from 'node:timers/promises'
import type { Collected } from './collected.ts'
import { hasIndex, lastWrite } from './storage.ts'

/** What is collected, and with what. */
export type Collecting = {
  /** The registry's rootdirectory. */
  data: string
  /** What of artefacto is going on, as the end of a sentence; undefined: nothing. */
  busy(): Promise<string | undefined>
  /** Does it while the registry does nothing, and nobody wonders why. */
  still<T>(work: () => Promise<T>): Promise<T>
  /** The registry's own program: its version, and its collection with these options. */
  version(): Promise<string>
  garbageCollect(options: string[]): Promise<void>
  /** The bytes that the data take. */
  size(): Promise<number>
  say(line: string): void
}

/** How long it waits for a pause between builds, and how long nobody may have written into the registry, in ms. */
export type Patience = { waitMs: number; quietMs: number }

const PATIENCE: Patience = { waitMs: 1_800_000, quietMs: 60_000 }
const LOOK_MS = 5_000

/**
 * Collects the registry's garbage between two builds: manifests that no tag names, and blobs that no manifest names. The
 * registry stands still meanwhile, and is looked at once more before anything is taken: what was just on its way into
 * it would be garbage. An Error says why nothing was collected.
 */
export async function collect(collecting: Collecting, patience = PATIENCE): Promise<Collected> {
  const { still, garbageCollect, size, say } = collecting
  const before = await size()
  const deadline = Date.now() + patience.waitMs
  const collected = async () =>
    (await unquiet(collecting, patience)) ?? (await garbageCollect(await optionsFor(collecting)))
  for (let said = ''; ; ) {
    const reason = (await unquiet(collecting, patience)) ?? (await still(collected))
    if (!reason) return { before, after: await size() }
    if (Date.now() >= deadline) throw new Error(`Nothing was collected: ${reason}. Run it again later`)
    if (reason !== said) say(`Waiting: ${reason}`)
    said = reason
    await sleep(Math.min(LOOK_MS, patience.quietMs))
  }
}

/** Why not now; undefined where nothing is being built and nobody has written for a while. */
async function unquiet({ data, busy }: Collecting, { quietMs }: Patience): Promise<string | undefined> {
  const building = await busy()
  if (building !== undefined) return building
  const quiet = Date.now() - lastWrite(data) >= quietMs
  return quiet ? undefined : 'somebody has written into the registry within the last minute'
}

/** Registry 2.8 takes away what only an index points to (https://github.com/distribution/distribution/issues/3178). */
async function optionsFor({ data, version, say }: Collecting): Promise<string[]> {
  const [, major = '2'] = /\bv?(\d+)\.\d/.exec(await version()) ?? []
  if (Number(major) >= 3 || !hasIndex(data)) return ['--delete-untagged']
  say('There is an index of several images, which registry 2 would take apart: manifests without a tag stay')
  return []
}

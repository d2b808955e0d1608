import { createHash, type Hash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import * as words from '../words/aws.ts'
import { type Api, AT_ONCE } from './api.ts'
import { BLOCK_BYTES, BLOCKS_PER_GIB, type Block, blocksOf } from './block.ts'
import type { CloudDisk } from './cloud-disk.ts'
import { AwsFailure } from './refusal.ts'
import { LOST, snapshotLost, type Upload } from './snapshot.ts'
import { sparseDisk } from './sparse-disk.ts'
import { writtenTag } from './tags.ts'

/** After so many blocks a snapshot's tag says how far it is: a process that goes on sends at most these once more. */
export const MARKED_EVERY = 128

/** Sends what a snapshot does not have of a disk, and seals it. A snapshot that is gone is an AwsFailure. */
export async function upload(
  api: Api,
  disk: CloudDisk,
  snapshot: Upload,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now()
  const flight = openFlight(api, snapshot.id, signal)
  // AWS's linear hash: SHA-256 over the digests of all blocks, as bytes, in the order of their places.
  const linear = createHash('sha256')
  let [blocks, sent] = [0, 0]
  try {
    for await (const block of blocksOf(sparseDisk(await disk.layer()), flight.buffers)) {
      const digest = createHash('sha256').update(block.data).digest()
      linear.update(digest)
      blocks += 1
      if (block.index < snapshot.written) flight.buffers.give(block.data)
      else {
        sent += 1
        flight.send(block, digest.toString('base64'))
      }
    }
    await flight.landed()
  } catch (error) {
    await flight.crash()
    signal.throwIfAborted()
    throw error
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  say(words.sent(sent, (sent * BLOCK_BYTES) / 2 ** 20, seconds))
  await seal(api, disk, snapshot, { blocks, linear }, signal)
}

async function seal(
  api: Api,
  disk: CloudDisk,
  { id, written }: Upload,
  { blocks, linear }: { blocks: number; linear: Hash },
  signal: AbortSignal,
): Promise<void> {
  const all = disk.gib * BLOCKS_PER_GIB
  await api.tag([id], writtenTag(all), signal)
  const input = {
    SnapshotId: id,
    ChangedBlocksCount: blocks,
    Checksum: linear.digest('base64'),
    ChecksumAlgorithm: 'SHA256',
    ChecksumAggregationMethod: 'LINEAR',
  } as const
  await api.completeSnapshot(input, signal).catch((error: unknown) => {
    const { awsCode } = error as AwsFailure
    if (awsCode === LOST) throw snapshotLost(id)
    // A process before this one has sealed it; whether it stands shows when it settles.
    if (awsCode !== 'ValidationException' || written < all) throw error
  })
}

/** The blocks under way, at most 64, in buffers that are used again: a disk of any size takes 32 MiB. */
function openFlight(api: Api, id: string, signal: AbortSignal) {
  const failed = new AbortController()
  const any = AbortSignal.any([signal, failed.signal])
  setMaxListeners(2 * AT_ONCE, any)
  const free: Buffer[] = []
  const flying = new Map<number, Promise<void>>()
  const began = performance.now()
  let [buffers, landed, next] = [0, 0, 0]
  let marking: Promise<unknown> | undefined

  // Some of the first blocks may find a snapshot that others do not: it is there a little later, or never.
  const early = (error: unknown) =>
    (error as Error).name === LOST && performance.now() - began < api.patience.call

  async function put({ index, data }: Block, checksum: string): Promise<void> {
    const input = { SnapshotId: id, BlockIndex: index, data, DataLength: data.length }
    await api
      .putBlock({ ...input, Checksum: checksum, ChecksumAlgorithm: 'SHA256' }, any, early)
      .catch((error: unknown) => {
        throw error instanceof AwsFailure && error.awsCode === LOST ? snapshotLost(id) : error
      })
    flying.delete(index)
    free.push(data)
    landed += 1
    if (landed % MARKED_EVERY === 0) mark()
  }

  function mark(): void {
    // The first under way is the lowest: they leave in their order.
    const [lowest = next] = flying.keys()
    // Only what is sent twice depends on it.
    marking ??= api
      .tag([id], writtenTag(lowest), any)
      .catch(() => {})
      .finally(() => {
        marking = undefined
      })
  }

  return {
    buffers: {
      async take(): Promise<Buffer> {
        while (free.length === 0 && buffers === AT_ONCE) await Promise.race(flying.values())
        if (free.length === 0) {
          buffers += 1
          return Buffer.allocUnsafeSlow(BLOCK_BYTES)
        }
        return free.pop() as Buffer
      },
      give: (buffer: Buffer) => void free.push(buffer),
    },
    send(block: Block, checksum: string): void {
      next = block.index + 1
      const flight = put(block, checksum)
      // Nobody may be waiting for it yet; the next who takes a buffer is told.
      flight.catch(() => {})
      flying.set(block.index, flight)
    },
    async landed(): Promise<void> {
      await Promise.all(flying.values())
      await marking
    },
    async crash(): Promise<void> {
      failed.abort()
      await Promise.allSettled([...flying.values(), marking])
    },
  }
}

import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { openApi } from '../functions/build/aws/api.ts'
import { PATIENCE } from '../functions/build/aws/patience.ts'
import { upload } from '../functions/build/aws/upload.ts'
import { KEYS, REGION } from '../test/support/aws/emulator.ts'
import { heldMb } from './process-cost.ts'

// One upload in a process of its own, for benchmarks/ami-upload.ts: argv has the way, the file and the turn.
const [, , way, file = '', turn = ''] = process.argv
const BLOCK = 524_288
const WORKERS = 64
const sha = (data: Buffer) => createHash('sha256').update(data).digest()

type Api = Awaited<ReturnType<typeof openApi>>

/** coldsnap's scheme (https://github.com/awslabs/coldsnap): workers that take the next block, and skip zeros. */
async function plain(api: Api, SnapshotId: string): Promise<void> {
  const handle = await open(file)
  const { size } = await handle.stat()
  const [digests, zeros] = [new Map<number, Buffer>(), Buffer.alloc(BLOCK)]
  const { signal } = new AbortController()
  setMaxListeners(0, signal)
  let next = 0
  const worker = async () => {
    for (let index = next++; index < Math.ceil(size / BLOCK); index = next++) {
      const data = Buffer.alloc(BLOCK)
      await handle.read(data, 0, BLOCK, index * BLOCK)
      if (data.equals(zeros)) continue
      const digest = sha(data)
      digests.set(index, digest)
      const block = {
        BlockIndex: index,
        data,
        DataLength: BLOCK,
        Checksum: digest.toString('base64'),
      }
      await api.putBlock({ SnapshotId, ...block, ChecksumAlgorithm: 'SHA256' }, signal, () => false)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
  await handle.close()
  const inOrder = [...digests].sort(([a], [b]) => a - b).map(([, digest]) => digest)
  await api.completeSnapshot({
    SnapshotId,
    ChangedBlocksCount: digests.size,
    Checksum: sha(Buffer.concat(inOrder)).toString('base64'),
    ChecksumAlgorithm: 'SHA256',
    ChecksumAggregationMethod: 'LINEAR',
  })
}

function fromLayer(api: Api, id: string): Promise<void> {
  const [service, version, build, queued, repository] = ['web', '1', '1', '1', 'acme/shop']
  const layer = async () => createReadStream(file)
  const disk = { service, version, build, queued, repository, commit: '1', digest: '1', gib: 1, layer }
  return upload(api, disk, { id, completed: false, written: 0 }, () => {}, new AbortController().signal)
}

async function main(): Promise<void> {
  const api = await openApi(REGION, KEYS, PATIENCE)
  const { SnapshotId = '' } = await api.startSnapshot({ VolumeSize: 1, ClientToken: `${way}-${turn}` })
  const began = performance.now()
  await (way === 'raw' ? plain(api, SnapshotId) : fromLayer(api, SnapshotId))
  const ms = performance.now() - began
  console.log(JSON.stringify({ ms, mb: heldMb(process.pid, 'peak') }))
}

main()

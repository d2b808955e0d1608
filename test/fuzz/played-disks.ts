import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { DiskService } from '../../functions/build/disk-service.ts'
import { layersTar } from '../../functions/build/layers-tar.ts'
import { digestOf } from '../../functions/shared/digest.ts'
import type { DiskResult } from '../../functions/shared/disk-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Ami } from './story.ts'

/** The service ami in memory, as one process sees it, as long as `gate` lets it: the same image is the same disk. */
export function playedDisks(gate: () => Promise<void>, ami: () => Ami): DiskService {
  const need = async () => {
    await gate()
    if (ami() === 'away') throw new Failure('ami_down')
  }
  return {
    there: true,
    ready: need,
    async make({ description, layers }, use) {
      await need()
      await buffer(layersTar(layers))
      await gate()
      if (ami() === 'refusing') throw new Failure('disk_refused')
      const bytes = Buffer.from(`the disk of ${description.image}`)
      const result: DiskResult = {
        digest: digestOf(bytes),
        size: bytes.length,
        diffId: digestOf(bytes),
        recipe: 'sha256:aa',
        kernel: '6.1',
        disk: description.disk,
        booted: 'not tested: it is played',
      }
      const torn = ami() === 'breaking off'
      return use({
        stream: Readable.from(pieces(bytes, torn), { objectMode: false }) as IncomingMessage,
        result: () => result,
      })
    },
  }
}

function* pieces(bytes: Buffer, torn: boolean): Generator<Buffer> {
  yield bytes.subarray(0, 9)
  if (torn) throw new Failure('ami_down')
  yield bytes.subarray(9)
}

import { createHash, randomBytes } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Packed, packed } from '../../ami/packed.ts'

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function pack(bytes: Buffer, size: number): Promise<{ out: Buffer; said: Packed }> {
  const parts: Buffer[] = []
  let said: Packed | undefined
  for await (const part of packed(inPieces(bytes, size), (one) => (said = one))) parts.push(part)
  return { out: Buffer.concat(parts), said: said as Packed }
}

const sha256 = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

const layer = suite('packed')
layer('is gzip, the same whatever pieces it comes in, with both digests', async () => {
  const bytes = Buffer.concat([randomBytes(3 << 20), Buffer.alloc(2 << 20), Buffer.from('end')])
  const { out, said } = await pack(bytes, 65_536)
  assert.ok(gunzipSync(out).equals(bytes))
  assert.equal(said, { digest: sha256(out), size: out.length, diffId: sha256(bytes) })
  for (const size of [1_000_000, 3 << 20, 1 << 30]) assert.ok((await pack(bytes, size)).out.equals(out))
})
layer('is empty of nothing', async () => {
  const { out, said } = await pack(Buffer.alloc(0), 1)
  assert.is(out.length, 0)
  assert.is(said.size, 0)
})
layer.run()

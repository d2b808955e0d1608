import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openReader } from '../../functions/build/place.ts'
import { type Spool, withSpool } from '../../functions/build/spool.ts'
import { failureOf } from '../support/failure-of.ts'

let folder: string
let file: string
/** Takes what comes of a stream, as it comes. */
const from = new PassThrough() as Readable

const spools = suite('a spool')
spools.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'))
  file = join(folder, 'source.files')
})
spools.after.each(() => rmSync(folder, { recursive: true }))

spools('gives back each file at its place, in any order', async () => {
  const places = await withSpool(file, { left: 1_000_000 }, async (spool) =>
    ['a'.repeat(300_000), '', 'ä'].map((text) => {
      const place = spool.next()
      spool.take(Buffer.from(text), from)
      return place
    }),
  )
  const reader = openReader()
  const read = async (at: number, size: number) => {
    const place = places[at]
    assert.ok(place)
    const room = Buffer.alloc(size)
    await reader.fill(room, place)
    return room.toString()
  }
  assert.is(await read(2, 2), 'ä')
  assert.is(await read(1, 0), '')
  assert.is((await read(0, 300_000)).length, 300_000)
  await reader.close()
})
spools('can be read by nobody else', async () => {
  await withSpool(file, { left: 1 }, async () => {})
  assert.is(statSync(file).mode & 0o777, 0o600)
})
spools('refuses what is more than there is room for, before it is written', async () => {
  const room = { left: 10 }
  const work = async (spool: Spool) => {
    spool.take(Buffer.alloc(8), from)
    spool.take(Buffer.alloc(8_000_000), from)
    spool.broken.throwIfAborted()
  }
  const { code, message } = await failureOf(() => withSpool(file, room, work))
  assert.is(code, 'source_refused')
  assert.match(message, /4 GB/)
  assert.ok(!existsSync(file) || statSync(file).size <= 8)
})
spools('has one room for all archives of a source', async () => {
  const room = { left: 10 }
  const take = (name: string) =>
    withSpool(join(folder, name), room, async (spool) => spool.take(Buffer.alloc(6), from))
  await take('one')
  assert.is((await failureOf(() => take('two'))).code, 'source_refused')
})
spools('says so where the disk takes nothing', async () => {
  const nowhere = join(folder, 'none', 'source.files')
  const { code } = await failureOf(() => withSpool(nowhere, { left: 1 }, async () => {}))
  assert.is(code, 'source_broken')
})
spools('does not take what lies there for its own', async () => {
  writeFileSync(file, 'another')
  assert.is((await failureOf(() => withSpool(file, { left: 1 }, async () => {}))).code, 'source_broken')
})
spools('ends with source_broken where a file is shorter than it was', async () => {
  writeFileSync(file, 'abc')
  const reader = openReader()
  const failure = await failureOf(() => reader.fill(Buffer.alloc(4), { file, at: 0 }))
  await reader.close()
  assert.is(failure.code, 'source_broken')
})
spools.run()

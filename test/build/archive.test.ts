import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ENTRY_LIMIT, type SourceEntry, walk } from '../../functions/build/archive.ts'
import { failureOf } from '../support/failure-of.ts'
import { pax, type Raw, SHA, TOP, tarBytes, tarball } from './tar-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'archive-test-'))
const file = join(folder, 'source.tar.gz')
const top: Raw = { name: `${TOP}/`, flag: '5', mode: 0o755 }

/** What a walk over these bytes shows: the entries with their content. */
async function read(bytes: Buffer, sha = SHA): Promise<(SourceEntry & { text: string })[]> {
  writeFileSync(file, bytes)
  const seen: (SourceEntry & { text: string })[] = []
  await walk(createReadStream(file), sha, async (entry, content) => {
    seen.push({ ...entry, text: (await buffer(content)).toString() })
  })
  return seen
}
const failed = async (bytes: Buffer) => {
  const { code, message } = await failureOf(() => read(bytes))
  return [code, message]
}

const reading = suite('walk')
reading.after(() => rmSync(folder, { recursive: true }))

reading('takes off the top folder, and gives files, folders, links and the executable bit', async () => {
  const found = await read(
    tarball([
      pax({ comment: SHA }, 'g'),
      top,
      { name: `${TOP}/web/`, flag: '5', mode: 0o755 },
      { name: `${TOP}/web/start`, body: 'run', mode: 0o755 },
      { name: `${TOP}/web/link`, flag: '2', link: 'start', mode: 0o777 },
    ]),
  )
  assert.equal(
    found.map(({ path, kind, executable, size, target, text }) => [
      path,
      kind,
      executable,
      size,
      target,
      text,
    ]),
    [
      ['web', 'folder', true, 0, '', ''],
      ['web/start', 'file', true, 3, '', 'run'],
      ['web/link', 'link', true, 0, 'start', ''],
    ],
  )
})
reading('reads names longer than a header, as git archive writes them', async () => {
  const long = `${TOP}/${'folder/'.repeat(40)}file`
  const found = await read(tarball([top, pax({ path: long }), { name: 'cut', body: 'x' }]))
  assert.equal(
    found.map(({ path }) => path),
    [long.slice(TOP.length + 1)],
  )
})
reading('takes the full sha in the top folder as well', async () => {
  assert.is((await read(tarball([{ name: `shop-${SHA}/a`, body: 'x' }]))).length, 1)
})

const hostile: Record<string, [Raw[], RegExp]> = {
  'an absolute path': [[{ name: '/etc/passwd' }], /leaves the repository/],
  'a path that climbs': [[{ name: `${TOP}/../../etc/passwd` }], /leaves the repository/],
  'a path that climbs by an extended header': [
    [pax({ path: `${TOP}/../x` }), { name: 'a' }],
    /leaves the repository/,
  ],
  'a path with an empty part': [[{ name: `${TOP}//x` }], /leaves the repository/],
  'a path with a dot for a part': [[{ name: `${TOP}/./x` }], /leaves the repository/],
  'a hard link': [[{ name: `${TOP}/x`, flag: '1', link: '/etc/shadow' }], /x is a link; only files, folders/],
  'a character device': [[{ name: `${TOP}/x`, flag: '3' }], /x is a character-device/],
  'a block device': [[{ name: `${TOP}/x`, flag: '4' }], /x is a block-device/],
  'a fifo': [[{ name: `${TOP}/x`, flag: '6' }], /x is a fifo/],
  'a GNU sparse file': [[{ name: `${TOP}/x`, flag: 'S' }], /x is a thing of an unknown kind/],
  'a newline in a name': [[{ name: `${TOP}/a\n100644 b` }], /control character/],
  'a NUL in a name': [[pax({ path: `${TOP}/a\0b` }), { name: 'a' }], /control character/],
  'a second top folder': [
    [{ name: `${TOP}/x` }, { name: 'other-repo-1a2b3c4/y' }],
    /two top folders, acme-shop-1a2b3c4 and other-repo-1a2b3c4/,
  ],
}
for (const [title, [entries, message]] of Object.entries(hostile))
  reading(`refuses ${title}`, async () => {
    const failure = await failureOf(() => read(tarball([top, ...entries])))
    assert.is(failure.code, 'source_refused')
    assert.match(failure.message, message)
  })

const broken: Record<string, [Buffer, RegExp]> = {
  'an archive of another commit': [tarball([{ name: 'shop-ffffff1/x' }]), /is shop-ffffff1, not commit 1a2b/],
  'an archive without a top folder': [tarball([{ name: 'Dockerfile' }]), /is Dockerfile, not commit/],
  'an empty archive': [tarball([]), /the source archive is empty/],
  'an empty file': [Buffer.alloc(0), /did not arrive whole|empty/],
  'something that is not gzip': [Buffer.from('<html>Unicorn!</html>'), /did not arrive whole/],
  'something gzipped that is not tar': [gzipSync('x'.repeat(2048)), /did not arrive whole/],
}
for (const [title, [bytes, message]] of Object.entries(broken))
  reading(`says of ${title} that it did not arrive`, async () => {
    const [code, text = ''] = await failed(bytes)
    assert.is(code, 'source_broken')
    assert.match(text, message)
  })

const FILES = [top, { name: `${TOP}/a`, body: 'a'.repeat(700) }, { name: `${TOP}/b`, body: 'b' }]
reading('never takes half a compressed archive for the whole', async () => {
  const whole = tarball(FILES)
  for (let length = 0; length < whole.length; length += 7)
    assert.is((await failed(whole.subarray(0, length)))[0], 'source_broken', `${length} bytes`)
})
reading('never takes half a tar for the whole, though its compression is whole', async () => {
  // What a server sends whose git archive ended early in front of gzip.
  const whole = tarBytes(FILES)
  for (let length = 0; length < whole.length - 512; length += 128)
    assert.is((await failed(gzipSync(whole.subarray(0, length))))[0], 'source_broken', `${length} bytes`)
  assert.is((await read(gzipSync(whole))).length, 2)
})
reading("gives the visitor's own Failure, and does not go on after it", async () => {
  writeFileSync(file, tarball(FILES))
  let visits = 0
  const failure = await failureOf(() =>
    walk(createReadStream(file), SHA, () => {
      visits += 1
      throw Object.assign(new Error(), { name: 'not a Failure' })
    }),
  )
  assert.equal([failure.code, visits], ['source_broken', 1])
})
reading('refuses more files than a repository may have', async () => {
  const block = tarBytes([{ name: `${TOP}/x` }], Buffer.alloc(0))
  const many = gzipSync(
    Buffer.concat([Buffer.alloc(block.length * (ENTRY_LIMIT + 1), block), Buffer.alloc(1024)]),
  )
  assert.equal(await failed(many), ['source_refused', 'the repository has more than 100000 files'])
})
reading('stops a bomb at the limit, whatever its header says', async () => {
  const limit = 1024 ** 2
  for (const size of [limit, 0, 7 * 1024 ** 3]) {
    writeFileSync(file, tarball([{ name: `${TOP}/bomb`, body: Buffer.alloc(limit), size }]))
    const skip = (_entry: SourceEntry, content: Readable) => void content.resume()
    const failure = await failureOf(() => walk(createReadStream(file), SHA, skip, undefined, limit))
    assert.is(failure.code, 'source_refused')
    assert.match(failure.message, /^the repository unpacks to more than/)
  }
})
reading('ends when the signal says so', async () => {
  writeFileSync(file, tarball(FILES))
  const stop = new AbortController()
  const walking = walk(createReadStream(file), SHA, () => stop.abort(new Error('enough')), stop.signal)
  const error = await walking.then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  assert.is(error?.name, 'AbortError')
})

reading.run()

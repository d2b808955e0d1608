import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readTree, type SourceTree } from '../../functions/build/source-tree.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { archiveIn } from '../build/git-source.ts'
import { pax, type Raw, SHA, TOP, tarBytes, tarball } from '../build/tar-bytes.ts'
import { generator, mutated } from '../shared/mutated.ts'
import { trying } from './seed.ts'

const folder = mkdtempSync(join(tmpdir(), 'fuzz-tar-'))
const file = join(folder, 'source.tar.gz')

const SOUND: Raw[] = [
  { ...pax({ comment: SHA }, 'g') },
  { name: `${TOP}/`, flag: '5', mode: 0o755 },
  { name: `${TOP}/web/`, flag: '5', mode: 0o755 },
  { name: `${TOP}/web/Dockerfile`, body: 'FROM scratch\n' },
  pax({ path: `${TOP}/web/${'long/'.repeat(30)}name` }),
  { name: `${TOP}/web/cut`, body: 'x'.repeat(700) },
  { name: `${TOP}/web/link`, flag: '2', link: 'Dockerfile' },
]
const WHOLE = tarBytes(SOUND)

/** What build reads out of these gzipped bytes; a Failure of the archive where it refuses them. */
async function read(bytes: Buffer): Promise<SourceTree | Failure> {
  writeFileSync(file, bytes)
  try {
    return await readTree(archiveIn(file), SHA, [''], ['web/Dockerfile'])
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    assert.ok(['source_broken', 'source_refused'].includes(thrown.code), thrown.code)
    return thrown
  }
}

function staysInside(tree: SourceTree): void {
  for (const path of tree.files.keys()) {
    assert.not.match(path, /^\/|(^|\/)\.{0,2}(\/|$)|[\0\n\r]/, JSON.stringify(path))
    assert.ok(path.length > 0)
  }
}

const archive = suite('a source archive')
archive('that ends early, at any byte, is never taken for a whole one', async () => {
  const zipped = gzipSync(WHOLE, { level: 1 })
  const cut = fc.oneof(
    fc
      .integer({ min: 0, max: WHOLE.length - 1 })
      .map((end) => gzipSync(WHOLE.subarray(0, end), { level: 1 })),
    fc.integer({ min: 0, max: zipped.length - 1 }).map((end) => zipped.subarray(0, end)),
  )
  const property = fc.asyncProperty(cut, async (bytes) => {
    const whole = gunzips(bytes) && gunzipSync(bytes).subarray(-1024).equals(Buffer.alloc(1024))
    assert.ok(whole || (await read(bytes)) instanceof Failure)
  })
  await fc.assert(property, trying(60))
})
archive('with mutated headers gives no path outside of the repository', async () => {
  const property = fc.asyncProperty(fc.integer(), fc.nat(WHOLE.length / 512), async (seed, block) => {
    const at = block * 512
    const header = mutated(generator(seed), WHOLE.subarray(at, at + 512))
    const bytes = Buffer.concat([WHOLE.subarray(0, at), header, WHOLE.subarray(at + 512)])
    const tree = await read(gzipSync(summed(bytes), { level: 1 }))
    if (!(tree instanceof Failure)) staysInside(tree)
  })
  await fc.assert(property, trying(70))
})
archive('with any names, kinds, links and sizes gives no path outside of the repository', async () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b', 'Dockerfile', 'x\n', 'x\0y', '\\..\\', '🚢')
  const path = fc.array(part, { maxLength: 4 }).map((parts) => [TOP, ...parts].join('/'))
  const name = fc.oneof(
    path,
    path,
    fc.constantFrom('/etc/passwd', '../x', 'other-1a2b3c4/x', `${TOP}-1a2b3c4/x`),
  )
  const entry: fc.Arbitrary<Raw> = fc.record({
    name: name.map((text) => text.slice(0, 99)),
    flag: fc.constantFrom('0', '0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'L', 'K', 'S', '\0', 'Z'),
    body: fc.constantFrom('', 'x', '20 path=../../x\n', '17 size=99999999\n', 'y'.repeat(600)),
    link: fc.constantFrom('', '../../x', '/etc/shadow', 'a'),
    size: fc.constantFrom(undefined, undefined, undefined, 0, 1, 8 ** 11 - 1),
  }) as fc.Arbitrary<Raw>
  const property = fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async (entries) => {
    const tree = await read(tarball(entries))
    if (!(tree instanceof Failure)) staysInside(tree)
  })
  await fc.assert(property, trying(70))
})
archive(
  'with paths and sizes in extended headers gives no path outside, and no other bytes than it holds',
  async () => {
    const text = fc.constantFrom(
      `${TOP}/../x`,
      '/x',
      `${TOP}/a`,
      `${TOP}/${'d/'.repeat(200)}x`,
      '__proto__',
      '../x',
      '',
    )
    const size = fc.constantFrom('0', '1', '-1', '1e3', '9'.repeat(20), 'x', '0x10')
    const records = fc.record(
      { path: text, linkpath: text, size, __proto__: text, comment: text },
      { requiredKeys: [] },
    )
    const property = fc.asyncProperty(records, async (said) => {
      const tree = await read(
        tarball([pax(said as Record<string, string>), { name: `${TOP}/x`, body: 'whole' }]),
      )
      if (!(tree instanceof Failure)) staysInside(tree)
    })
    await fc.assert(property, trying(60))
  },
)
archive('that unpacks to more than memory has room for is not held in memory', async () => {
  const header = tarBytes([{ name: `${TOP}/big`, size: 8 ** 11 - 1 }], Buffer.alloc(0))
  const zeros = Buffer.alloc(120_000_000)
  const bombs = [
    gzipSync(Buffer.concat([header, zeros]), { level: 1 }),
    tarball([{ name: 'x', flag: 'x', size: 8 ** 11 - 1 }], zeros),
  ]
  const before = process.memoryUsage().rss
  for (const bytes of bombs) assert.instance(await read(bytes), Failure)
  assert.ok(process.memoryUsage().rss - before < 80_000_000, 'it is held in memory')
})
archive.after(() => rmSync(folder, { recursive: true }))
archive.run()

function gunzips(bytes: Buffer): boolean {
  try {
    return gunzipSync(bytes).length > 0
  } catch {
    return false
  }
}

/** Every block that looks like a header, with the sum that it should have: else nothing but the sum is tested. */
function summed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = 0; at + 512 <= copy.length; at += 512) {
    const header = copy.subarray(at, at + 512)
    if (!header.subarray(257, 262).equals(Buffer.from('ustar'))) continue
    header.write('        ', 148)
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    )
  }
  return copy
}

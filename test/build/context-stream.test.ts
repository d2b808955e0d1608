import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, type Header } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import { contextStream } from '../../functions/build/context-stream.ts'
import { readTree } from '../../functions/build/source-tree.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { type GitSource, gitSource } from './git-source.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }
const TIME = Date.parse('2026-11-22T18:00:00Z')
const LONG = `${'a-long-folder/'.repeat(15)}file`
const never = new AbortController().signal
let source: GitSource

async function open(entry: Entry = WEB, tarball = source.tarball, signal = never): Promise<Readable> {
  const { sha } = source
  const tree = await readTree(source.tarball, sha, [entry.context ?? 'web'], decidingFiles(entry))
  return contextStream(tarball, sha, contextFor(entry, tree), TIME, signal)
}

/** The entries of a plain tar, with their bytes. */
async function unpack(bytes: Buffer): Promise<(Header & { text: string })[]> {
  const found: (Header & { text: string })[] = []
  const untar = extract()
  untar.end(bytes)
  for await (const entry of untar)
    found.push({ ...entry.header, text: (await buffer(entry as unknown as Readable)).toString() })
  return found
}
const errorOf = (stream: Readable) =>
  buffer(stream).then(
    () => undefined,
    (error: Error) => error,
  )

const streams = suite('contextStream')
streams.before(async () => {
  source = await gitSource({
    '.hidden': 'not of this service',
    'api/x': 'not of this service',
    'web/.dockerignore': 'ignored\nDockerfile\n',
    'web/Dockerfile': 'FROM scratch\n',
    'web/empty': '',
    'web/ignored': 'x',
    'web/large': randomBytes(300_000),
    'web/link': { link: 'start' },
    'web/start': { exec: '#!/bin/sh\n' },
    [`web/${LONG}`]: 'deep',
  })
})
streams.after(() => source.remove())

streams('has the files of the context, the Dockerfile first, and nothing else', async () => {
  const found = await unpack(await buffer(await open()))
  assert.equal(
    found.map(({ name }) => name),
    ['./', 'Dockerfile', '.dockerignore', LONG, 'empty', 'large', 'link', 'start'],
  )
  const text = (path: string) => found.find(({ name }) => name === path)?.text
  assert.equal([text('Dockerfile'), text('start'), text(LONG)], ['FROM scratch\n', '#!/bin/sh\n', 'deep'])
  assert.equal([text('empty'), text('large')?.length], ['', found[5]?.text.length])
  assert.is(found[5]?.size, 300_000)
  assert.is(found[6]?.linkname, 'start')
})
streams("has git's modes, the commit's time and nobody's name", async () => {
  const found = await unpack(await buffer(await open()))
  const modes = Object.fromEntries(found.map(({ name, mode, type }) => [name, `${type} ${mode.toString(8)}`]))
  assert.equal(
    [modes['./'], modes.empty, modes.start, modes.link],
    ['directory 755', 'file 644', 'file 755', 'symlink 777'],
  )
  assert.ok(found.every(({ mtime }) => mtime?.getTime() === TIME))
  assert.ok(found.every(({ uid, gid, uname }) => uid === 0 && gid === 0 && uname === ''))
})
streams(
  'begins with an entry that has no extended header, or BuildKit takes it for a Dockerfile',
  async () => {
    const bytes = await buffer(await open())
    assert.equal([bytes.toString('utf8', 0, 2), bytes.toString('utf8', 156, 157)], ['./', '5'])
  },
)
streams('is the same bytes each time', async () => {
  assert.ok((await buffer(await open())).equals(await buffer(await open())))
})
streams('takes the whole repository without its top folder', async () => {
  const entry = { ...WEB, context: '.', dockerfile: 'web/Dockerfile' }
  const { sha, tarball } = source
  const tree = await readTree(tarball, sha, [''], decidingFiles(entry))
  const found = await unpack(await buffer(contextStream(tarball, sha, contextFor(entry, tree), TIME, never)))
  assert.equal(
    found.slice(0, 4).map(({ name }) => name),
    ['./', 'web/Dockerfile', '.hidden', 'api/x'],
  )
})

/** The tarball as it is when a disk loses its end between two readings. */
function cut(bytes: number): string {
  const file = join(source.folder, 'cut.tar.gz')
  copyFileSync(source.tarball, file)
  truncateSync(file, bytes)
  return file
}
streams('ends with source_broken when the tarball breaks off, never as if it were whole', async () => {
  const error = await errorOf(await open(WEB, cut(200_000)))
  assert.ok(error instanceof Failure)
  assert.is((error as Failure).code, 'source_broken')
})
streams('keeps its error for whoever looks later', async () => {
  const stream = await open(WEB, cut(60))
  await errorOf(stream)
  assert.is((stream.errored as Failure | null)?.code, 'source_broken')
})
streams('ends with an error when the signal says so', async () => {
  const stop = new AbortController()
  const stream = await open(WEB, source.tarball, stop.signal)
  stream.once('data', () => stop.abort(new Error('enough')))
  assert.ok(await errorOf(stream))
})
streams('lets go of the tarball when its reader goes', async () => {
  const stream = await open()
  stream.once('data', () => stream.destroy())
  await errorOf(stream)
  assert.ok(stream.destroyed)
})
streams('needs no memory for a large context', async () => {
  const large = await gitSource({
    'web/Dockerfile': 'FROM scratch\n',
    'web/x': Buffer.alloc(100 * 1024 ** 2),
  })
  const script = join(large.folder, 'measure.mts')
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../functions/build', file))
  writeFileSync(
    script,
    `import { contextFor, decidingFiles } from ${from('context.ts')}
    import { contextStream } from ${from('context-stream.ts')}
    import { readTree } from ${from('source-tree.ts')}
    const entry = ${JSON.stringify(WEB)}
    const [tarball, sha] = ${JSON.stringify([large.tarball, large.sha])}
    const tree = await readTree(tarball, sha, ['web'], decidingFiles(entry))
    const before = process.memoryUsage().rss
    let bytes = 0
    const stream = contextStream(tarball, sha, contextFor(entry, tree), 0, new AbortController().signal)
    for await (const chunk of stream) bytes += chunk.length
    console.log(bytes, process.memoryUsage().rss - before)`,
  )
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' })
  large.remove()
  const [bytes = 0, growth = Number.POSITIVE_INFINITY] = stdout.split(' ').map(Number)
  assert.ok(bytes > 100 * 1024 ** 2, stderr)
  assert.ok(growth < 60 * 1024 ** 2, `${growth} bytes`)
})
streams.run()

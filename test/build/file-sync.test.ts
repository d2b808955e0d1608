import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import { framed } from '../../functions/build/grpc.ts'
import { type Offer, offerOf } from '../../functions/build/offer.ts'
import { message } from '../../functions/build/protobuf.ts'
import { readSource } from '../../functions/build/submodules.ts'
import { inMemory, listing } from '../../functions/build/synced.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { allOf, type Seen, sentTo, take } from './empty-engine.ts'
import { gitSource, sourceIn } from './git-source.ts'
import { NO_SOURCES } from './no-sources.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }
const FILES = {
  '.hidden': 'not of this service',
  'api/x': 'not of this service',
  'web/.dockerignore': 'ignored\nDockerfile\n',
  'web/Dockerfile': 'FROM scratch\n',
  'web/a/b': 'below',
  'web/a-b': { exec: '#!/bin/sh\n' },
  'web/empty': '',
  'web/ignored': 'x',
  'web/link': { link: 'a-b' },
}

/** What is offered of FILES to the build of a service. */
async function offering(entry: Partial<Entry> = {}): Promise<{ offer: Offer; remove(): void }> {
  const all = { ...WEB, ...entry }
  const { sha, tarball, remove } = await gitSource(FILES)
  const commit = { repository: 'acme/shop', sha }
  const tree = await readSource(
    NO_SOURCES,
    commit,
    sourceIn(tarball),
    [entry.context ?? 'web'],
    decidingFiles(all),
    true,
  )
  return { offer: offerOf(openToldTimes(), '1/web', contextFor(all, tree), 100_999), remove }
}

const offers = suite('what is offered to an engine')
for (const [title, entry, name, follows, paths] of [
  [
    'is the context, without what .dockerignore leaves out',
    {},
    'context',
    'a',
    ['.dockerignore', 'a', 'a/b', 'a-b', 'empty', 'link'],
  ],
  ['is the Dockerfile, even where .dockerignore leaves it out', {}, 'dockerfile', '', ['Dockerfile']],
  ['is .dockerignore alone where that is looked for', {}, 'context', '.dockerignore', ['.dockerignore']],
  [
    'is the whole repository, without the top folder of its archive',
    { context: '', dockerfile: 'web/Dockerfile' },
    'context',
    'a',
    [
      '.hidden',
      'api',
      'api/x',
      'web',
      ...['.dockerignore', 'Dockerfile', 'a', 'a/b', 'a-b', 'empty', 'ignored', 'link'].map(
        (path) => `web/${path}`,
      ),
    ],
  ],
  [
    'is a Dockerfile in a folder',
    { context: '', dockerfile: 'web/Dockerfile' },
    'dockerfile',
    '',
    ['web', 'web/Dockerfile'],
  ],
  ['is nothing else', {}, 'home', '', []],
] as const)
  offers(title, async () => {
    const { offer, remove } = await offering(entry)
    const seen = await allOf(offer, name, follows)
    remove()
    assert.equal(
      seen.map(({ path }) => path),
      paths,
    )
  })
offers("has git's modes and bytes, and the commit's time", async () => {
  const { offer, remove } = await offering()
  const seen = new Map((await allOf(offer)).map((entry) => [entry.path, entry]))
  remove()
  const of = (path: string, key: keyof Seen) => seen.get(path)?.[key]
  // Go's bits for a folder and a link.
  assert.equal(
    ['a', 'a/b', 'a-b', 'link'].map((path) => Number(of(path, 'mode')).toString(8)),
    ['20000000755', '644', '755', '1000000777'],
  )
  assert.equal(
    [String(of('a/b', 'bytes')), String(of('empty', 'bytes')), of('link', 'link')],
    ['below', '', 'a-b'],
  )
  assert.ok([...seen.values()].every(({ time }) => time === 100))
})
offers('stands in the order that engines insist on: what lies in a folder follows it at once', () => {
  const paths = ['a.b', 'a/b', 'a-b', 'ab', 'a/B/c', 'ä']
  const listed = listing(paths.map((path) => inMemory(path, Buffer.alloc(0), 0)))
  assert.equal(
    listed.map(({ path }) => path),
    ['a', 'a/B', 'a/B/c', 'a/b', 'a-b', 'a.b', 'ab', 'ä'],
  )
})
offers.run()

const ONE = listing([inMemory('a', Buffer.from('A'), 1)])
/** An engine that says these packets, and then no more. */
const saying = (...packets: Buffer[]) => buffer(sentTo(Readable.from(packets.map(framed)), ONE))
const errorOf = (sync: Promise<Buffer>) =>
  sync.then(
    () => 'none',
    (error: Error) => error.message,
  )

const transfers = suite('a transfer')
transfers('ends when the engine has all, whether it asked for anything or not', async () => {
  assert.ok((await saying(message(3))).length > 0)
  assert.ok((await saying(message(1), message(3))).includes('A'))
})
for (const [title, packets, words] of [
  [
    'the engine gives up',
    [message(4, '', 0, 'disk full')],
    /ended the transfer of the sources \(disk full\)/,
  ],
  ['the engine goes', [], /did not wait for the sources/],
  ['what was not shown is asked for', [message(1, '', 7)], /asked for file 7, which it was not shown/],
  ['what comes is no message', [Buffer.from([0x0a, 0x7f])], /cut off/],
] as const)
  transfers(`ends with an error where ${title}`, async () =>
    assert.match(await errorOf(saying(...packets)), words),
  )
transfers('ends with an error where a message breaks off, or is huge', async () => {
  const of = (bytes: Buffer) => errorOf(buffer(sentTo(Readable.from([bytes]), ONE)))
  assert.match(await of(framed(message(3)).subarray(0, 6)), /cut off/)
  assert.match(await of(Buffer.from([0, 0xff, 0xff, 0xff, 0xff])), /longer than any/)
})
transfers('takes messages in whatever pieces they come', async () => {
  const bytes = Buffer.concat([framed(message(1)), framed(message(3))])
  const pieces = [...bytes].map((byte) => Buffer.from([byte]))
  assert.ok((await buffer(sentTo(Readable.from(pieces), ONE))).includes('A'))
})
transfers('brings a large file whole', async () => {
  const large = Buffer.alloc(500_000, 'large')
  const [seen] = await take(listing([inMemory('a', large, 1)]))
  assert.ok(seen?.bytes.equals(large))
})
transfers('brings a path whole that is longer than all that is sent at once', async () => {
  const [path, link] = ['a'.repeat(100_000), 'b'.repeat(100_000)]
  const [seen] = await take([{ path, mode: '120000', size: 0, target: link, time: 1 }])
  assert.equal([seen?.path, seen?.link], [path, link])
})
transfers('needs no memory for a large context', async () => {
  const large = await gitSource({
    'web/Dockerfile': 'FROM scratch\n',
    'web/x': Buffer.alloc(100 * 1024 ** 2),
  })
  const script = join(large.folder, 'measure.mts')
  const from = (file: string) => JSON.stringify(join(import.meta.dirname, '../../functions/build', file))
  writeFileSync(
    script,
    `import { contextFor, decidingFiles } from ${from('context.ts')}
    import { sendFiles } from ${from('file-sync.ts')}
    import { framed } from ${from('grpc.ts')}
    import { offered, offerOf } from ${from('offer.ts')}
    import { message } from ${from('protobuf.ts')}
    import { readSource } from ${from('submodules.ts')}
    import { createReadStream } from 'node:fs'
    import { openToldTimes } from ${from('told-times.ts')}
    const entry = ${JSON.stringify(WEB)}
    const [tarball, folder, sha] = ${JSON.stringify([large.tarball, large.folder, large.sha])}
    const before = process.memoryUsage().rss
    const tree = await readSource({}, { repository: 'acme/shop', sha }, { archive: () => createReadStream(tarball), folder }, ['web'], decidingFiles(entry), true)
    const listed = offered(offerOf(openToldTimes(), 'web', contextFor(entry, tree), 0), { 'dir-name': 'context' })
    async function* asking() { yield framed(message(1, '', 0)); yield framed(message(1, '', 1)); yield framed(message(3)) }
    let bytes = 0
    await sendFiles(asking(), listed, async (sent) => { bytes += sent.length })
    console.log(bytes, process.memoryUsage().rss - before)`,
  )
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' })
  large.remove()
  const [bytes = 0, growth = Number.POSITIVE_INFINITY] = stdout.split(' ').map(Number)
  assert.ok(bytes > 100 * 1024 ** 2, stderr)
  assert.ok(growth < 60 * 1024 ** 2, `${growth} bytes`)
})
transfers.run()

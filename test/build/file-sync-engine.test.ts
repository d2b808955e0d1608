import { randomUUID } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import { offerOf } from '../../functions/build/offer.ts'
import { filesIn } from '../../functions/build/source.ts'
import { readSource } from '../../functions/build/submodules.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import { dockerAt } from '../../local/docker.ts'
import type { Files } from '../../local/github/write-commit.ts'
import { failureOf } from '../support/failure-of.ts'
import { building, NEVER, openStage, type Stage } from './engine-stage.ts'
import { type GitSource, gitSource, sourceIn } from './git-source.ts'
import { NO_SOURCES } from './no-sources.ts'

const WEB = { service_name: 'web', version: '1', type: 'Docker' } as const
const DOCKERFILE = 'FROM scratch\nCOPY . /data/\n'
const LONG = `${'a-long-folder/'.repeat(15)}file`
const DAY = Date.parse('2026-11-22T18:00:00Z')

/** By path: `type mode owner text` of what lies in /data of an image. */
type Found = Record<string, string>

let stage: Stage
const toldTimes = openToldTimes()

function treeOf({ sha, tarball }: GitSource) {
  const commit = { repository: 'acme/shop', sha }
  return readSource(NO_SOURCES, commit, sourceIn(tarball), ['web'], decidingFiles(WEB), true)
}

/**
 * Builds web of these files, that a commit has at this many seconds of the day. `lost`: from when the files are read, so
 * many of their bytes are left.
 */
async function build(service: string, files: Files, second = 0, lost?: number): Promise<Found> {
  const source = await gitSource(
    Object.fromEntries(Object.entries(files).map(([path, file]) => [`web/${path}`, file])),
  )
  try {
    const tree = await treeOf(source)
    if (lost !== undefined) truncateSync(filesIn(source.folder), lost)
    const offer = offerOf(toldTimes, service, contextFor(WEB, tree), DAY + second * 1000)
    await stage.engine.build(building({}, { offer }), () => {}, NEVER)
    return await dataOf(building({}).image)
  } finally {
    source.remove()
  }
}

async function dataOf(image: string): Promise<Found> {
  const docker = dockerAt(stage.local.host)
  const container = await docker.createContainer({ Image: image, Cmd: ['x'] })
  const untar = extract()
  Readable.from(await container.export()).pipe(untar as unknown as NodeJS.WritableStream)
  const found: Found = {}
  for await (const entry of untar) {
    const { name, type, mode = 0, uid, gid, linkname } = entry.header
    const text = linkname || (await buffer(entry as unknown as Readable)).toString()
    entry.resume()
    if (/^data\/./.test(name))
      found[name.slice('data/'.length)] = `${type} ${(mode & 0o7777).toString(8)} ${uid}:${gid} ${text}`
  }
  await container.remove()
  return found
}

const file = (text: string, mode = '644') => `file ${mode} 0:0 ${text}`
const FOLDER = 'directory 755 0:0 '
const HAVING = { Dockerfile: DOCKERFILE, a: '1111', 'b/c': 'c', d: 'd' }
const HAS = { Dockerfile: file(DOCKERFILE), a: file('1111'), 'b/': FOLDER, 'b/c': file('c'), d: file('d') }
/** Enough that the engine has to be asked for them piece by piece. */
const MANY = Object.fromEntries(
  Array.from({ length: 3_000 }, (_, at) => [`many/${at % 40}/${at}`, `file ${at}`]),
)

const syncs = suite('sources that an engine has in part')
syncs.before(async () => {
  stage = await openStage()
})
syncs.after(async () => {
  await stage.engine.remove(building({}).image)
  await stage.end()
})

syncs('arrive as they are in git, whatever they are', async () => {
  const files = {
    '.dockerignore': 'ignored\nDockerfile\n',
    Dockerfile: DOCKERFILE,
    ignored: 'x',
    empty: '',
    large: 'large '.repeat(100_000),
    start: { exec: '#!/bin/sh\n' },
    link: { link: 'start' },
    gone: { link: 'nowhere/at all' },
    [LONG]: 'deep',
    'a.b': '1',
    'a/b': '2',
    'a-b': '3',
    'ä é\u{1F600}': 'odd',
    'back\\slash': 'x',
    '*?[x]': 'glob',
  }
  const found = await build('arrive', files)
  assert.is(found.Dockerfile, undefined)
  assert.is(found.ignored, undefined)
  assert.is(found.large, file('large '.repeat(100_000)))
  assert.equal([found.empty, found.start, found[LONG]], [file(''), file('#!/bin/sh\n', '755'), file('deep')])
  assert.equal([found.link, found.gone], ['symlink 777 0:0 start', 'symlink 777 0:0 nowhere/at all'])
  assert.equal([found['a.b'], found['a/b'], found['a-b']], [file('1'), file('2'), file('3')])
  assert.equal(
    ['ä é\u{1F600}', 'back\\slash', '*?[x]'].map((path) => found[path]?.slice(0, 8)),
    Array(3).fill('file 644'),
  )
})

/** What comes after HAVING, and what the image has then; a path without content is gone. */
const CHANGES: Record<
  string,
  [change: Record<string, Files[string] | undefined>, found: Record<string, string | undefined>]
> = {
  'a line of the same length': [{ a: '2222' }, { a: file('2222') }],
  'a file that is gone': [{ a: undefined }, { a: undefined }],
  'a file that may be executed now': [{ a: { exec: '1111' } }, { a: file('1111', '755') }],
  'a folder in the place of a file': [
    { a: undefined, 'a/x': 'x' },
    { a: undefined, 'a/': FOLDER, 'a/x': file('x') },
  ],
  'a symbolic link in the place of a folder': [
    { 'b/c': undefined, b: { link: 'd' } },
    { 'b/': undefined, 'b/c': undefined, b: 'symlink 777 0:0 d' },
  ],
  'a file in the place of a folder': [
    { 'b/c': undefined, b: 'x' },
    { 'b/': undefined, 'b/c': undefined, b: file('x') },
  ],
  'a file that is another by its name only': [
    { a: undefined, e: '1111' },
    { a: undefined, e: file('1111') },
  ],
}
for (const [title, [change, changed]] of Object.entries(CHANGES))
  for (const [when, second] of [
    ['later', 60],
    ['in the same second', 0],
  ] as const)
    syncs(`follow ${title}, ${when}, and back`, async () => {
      const service = randomUUID()
      const without = (all: object) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
      assert.equal(await build(service, HAVING), HAS)
      assert.equal(
        await build(service, without({ ...HAVING, ...change }), second),
        without({ ...HAS, ...changed }),
      )
      assert.equal(await build(service, HAVING, second), HAS)
    })

syncs('are asked for where they changed only', async () => {
  const service = randomUUID()
  const first = await build(service, { ...HAVING, ...MANY })
  assert.is(first['many/7/7'], file('file 7'))
  assert.is(Object.keys(first).length, 3_000 + 41 + 5)
  // Only what is first in the archive can be read, and that is what changed.
  const found = await build(service, { ...HAVING, ...MANY, a: '2222' }, 60, DOCKERFILE.length + 4)
  assert.equal(found, { ...first, a: file('2222') })
})
syncs('are asked for again by an engine that has lost them', async () => {
  const service = randomUUID()
  const first = await build(service, HAVING)
  await dockerAt(stage.local.host).pruneImages()
  await new Promise((resolve, reject) =>
    dockerAt(stage.local.host).modem.dial(
      { path: '/build/prune?all=true', method: 'POST', statusCodes: { 200: true } },
      (error: unknown) => (error ? reject(error) : resolve(undefined)),
    ),
  )
  assert.equal(await build(service, { ...HAVING, a: '2222' }, 60), { ...first, a: file('2222') })
})
syncs('are whole after a build in the middle of which they broke off', async () => {
  const service = randomUUID()
  await build(service, HAVING)
  const large = 'x'.repeat(300_000)
  const { code } = await failureOf(() => build(service, { ...HAVING, a: large, e: large }, 60, 200_000))
  assert.is(code, 'source_broken')
  const other = 'y'.repeat(300_000)
  assert.equal(await build(service, { ...HAVING, a: other, e: large }, 60), {
    ...HAS,
    a: file(other),
    e: file(large),
  })
})
syncs('are not mixed where two builds of one service run at once', async () => {
  const service = randomUUID()
  await build(service, HAVING)
  const image = (at: number) => `127.0.0.1:1/staging/at-once:${process.pid}-${at}`
  const commits = await Promise.all(
    [1, 2, 3].map(async (at) => {
      const source = await gitSource({ 'web/Dockerfile': DOCKERFILE, 'web/a': String(at).repeat(4) })
      const tree = await treeOf(source)
      return { source, at, context: contextFor(WEB, tree) }
    }),
  )
  const found = await Promise.all(
    commits.map(async ({ at, context }) => {
      const offer = offerOf(toldTimes, service, context, DAY)
      await stage.engine.build(building({}, { offer, image: image(at) }), () => {}, NEVER)
      return (await dataOf(image(at))).a
    }),
  )
  assert.equal(found, [file('1111'), file('2222'), file('3333')])
  for (const { source, at } of commits) {
    source.remove()
    await stage.engine.remove(image(at))
  }
})
syncs.run()

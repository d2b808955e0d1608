import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Context } from '../../functions/build/context.ts'
import { sourceDigest } from '../../functions/build/source-digest.ts'
import type { TreeFile } from '../../functions/build/source-tree.ts'
import type { Entry } from '../../functions/shared/images.ts'

const blobOf = (text: string) =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(text)}\0${text}`)
    .digest('hex')
const file = (text: string, mode: TreeFile['mode'] = '100644'): TreeFile => ({
  mode,
  blob: blobOf(text),
  size: Buffer.byteLength(text),
  target: mode === '120000' ? text : '',
})

const DOCKERFILE = 'FROM scratch\nCOPY . /\n'
const FILES: [string, TreeFile][] = [
  ['Dockerfile', file(DOCKERFILE)],
  ['start', file('#!/bin/sh\n', '100755')],
  ['lib/ä.txt', file('ä\n')],
  ['lib.txt', file('')],
  ['latest', file('start', '120000')],
]
const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }

function context(files = FILES, dockerfile = DOCKERFILE): Context {
  return {
    folder: 'web',
    dockerfile: 'Dockerfile',
    dockerfileBytes: Buffer.from(dockerfile),
    dockerfileBlob: blobOf(dockerfile),
    files: new Map(files),
    contents: [],
  }
}
const digest = (entry: Partial<Entry> = {}, of = context()) => sourceDigest(of, { ...WEB, ...entry })
const changed = (path: string, to: TreeFile) =>
  context(FILES.map(([name, was]) => [name, name === path ? to : was]))

/** The files above as lines; the ids are those of `git hash-object`. */
const LINES = `100644 8be8316c70848caa99b9b3086c64976e82d1c17d lib/ä.txt
100644 b4f319f80f255645505bc6b4c56235cbd79ad3f5 Dockerfile
100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 lib.txt
100755 1a2485251c33a70432394c93fb89330ef214bfc9 start
120000 74853fb7e0ebd3e1de8eeb47562503a69f0c31c9 latest
dockerfile b4f319f80f255645505bc6b4c56235cbd79ad3f5
`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const golden = suite('sourceDigest v1')
golden('has the bytes that its description says, for ever', () => {
  assert.is(digest(), `v1:${sha256(`${LINES}{}\n`)}`)
  assert.is(digest(), 'v1:5aec891966539f1d7ae5a840893d1c832248a646a734476285e7eac6a85d8651')
})
golden('keeps its value with args and a target, for ever', () => {
  const options = '{"args":{"A":"ä\\"\\n","B":"2"},"target":"final"}'
  const found = digest({ args: { B: '2', A: 'ä"\n' }, target: 'final' })
  assert.is(found, `v1:${sha256(`${LINES}${options}\n`)}`)
  assert.is(found, 'v1:3314fcd868732df6b8c724d8b2a0d02a30c49f4ac303a19fcc6442874a92a6dc')
})
golden('keeps its value with a disk of another size, for ever', () => {
  const found = digest({ type: 'AMI', disk: 20, target: 'final' })
  assert.is(found, `v1:${sha256(`${LINES}{"disk":20,"target":"final"}\n`)}`)
  assert.is(found, 'v1:8ff3821416a6633be92f00b705023bf3f388baa31d9988437bf878da177ef37f')
})
golden('names a file in Git LFS by the SHA-256 of its content, for ever', () => {
  const blob = `sha256:${'a'.repeat(64)}`
  const found = digest({}, context([...FILES, ['film', { ...file(''), blob }]]))
  assert.is(found, `v1:${sha256(`${LINES.replace('100755', `100644 ${blob} film\n100755`)}{}\n`)}`)
  assert.is(found, 'v1:cd8739f72f0fe8f487d246cbeca96089de3be39d25daecab9bb247957e91f5fd')
})
golden('keeps its value with build secrets, in whatever order, for ever', () => {
  const found = digest({ secrets: ['pip', 'npm'] })
  assert.is(found, `v1:${sha256(`${LINES}{"secrets":["npm","pip"]}\n`)}`)
  assert.is(found, 'v1:1ab703c8d42c881422e6a6c291419a2c336a4aedf0ecd77aaca310d94afc7c62')
})
golden('keeps its value with platforms, in whatever order, for ever', () => {
  const found = digest({ platforms: ['linux/arm64', 'linux/amd64'] })
  assert.is(found, `v1:${sha256(`${LINES}{"platforms":["linux/amd64","linux/arm64"]}\n`)}`)
  assert.is(found, 'v1:eb86fb45b0991fb039163b58bee4829b3ae8d3f7cbfcf9b521ee32354c7b63eb')
})
golden.run()

const same = suite('sourceDigest is the same')
const SAME: Record<string, () => string> = {
  'in whatever order the files came': () => digest({}, context([...FILES].reverse())),
  'under another name': () => digest({ service_name: 'api' }),
  'for another version': () => digest({ version: '2.0.0' }),
  'for another type': () => digest({ type: 'AMI' }),
  'with tags beside the version': () => digest({ tags: ['latest'] }),
  'with limits': () => digest({ limits: { minutes: 1, size: '1m' } }),
  'with the default size of a disk written out': () => digest({ type: 'AMI', disk: 8 }),
  'with the size of a disk that a container does not have': () => digest({ type: 'Docker', disk: 20 }),
  'from another folder': () => digest({ context: 'services/web' }, { ...context(), folder: 'services/web' }),
  'with the default Dockerfile written out': () => digest({ dockerfile: 'Dockerfile' }),
  'with no args written out': () => digest({ args: {} }),
  'with no secrets written out': () => digest({ secrets: [] }),
}
for (const [title, value] of Object.entries(SAME)) same(title, () => assert.is(value(), digest()))
same('whatever the order of the args', () => {
  assert.is(digest({ args: { A: '1', B: '2' } }), digest({ args: { B: '2', A: '1' } }))
})
same.run()

const other = suite('sourceDigest is another')
const OTHER: Record<string, () => string> = {
  'when a file changes': () => digest({}, changed('start', file('#!/bin/bash\n', '100755'))),
  'when a file becomes executable': () => digest({}, changed('lib.txt', file('', '100755'))),
  'when a link becomes a file of the same bytes': () => digest({}, changed('latest', file('start'))),
  'when a link points elsewhere': () => digest({}, changed('latest', file('lib.txt', '120000'))),
  'when a file is renamed': () =>
    digest({}, context(FILES.map(([name, was]) => [name === 'start' ? 'begin' : name, was]))),
  'when a file goes': () => digest({}, context(FILES.slice(0, -1))),
  'when a file comes': () => digest({}, context([...FILES, ['new', file('')]])),
  'when the Dockerfile changes, though .dockerignore leaves it out': () =>
    digest({}, context(FILES, 'FROM scratch\nCOPY start /\n')),
  'with an arg': () => digest({ args: { A: '' } }),
  'with a disk of another size': () => digest({ type: 'AMI', disk: 20 }),
  'with a target': () => digest({ target: 'web' }),
  'with a platform': () => digest({ platforms: ['linux/amd64'] }),
}
for (const [title, value] of Object.entries(OTHER)) other(title, () => assert.is.not(value(), digest()))
other('with another value of an arg', () => {
  assert.is.not(digest({ args: { A: '1' } }), digest({ args: { A: '2' } }))
})
other('with an arg of the same text in another key', () => {
  assert.is.not(digest({ args: { target: 'web' } }), digest({ target: 'web' }))
})
other.run()

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inside, readTree } from '../../functions/build/source-tree.ts'
import { failureOf } from '../support/failure-of.ts'
import { archiveIn, type GitSource, gitSource } from './git-source.ts'
import { SHA, TOP, tarball } from './tar-bytes.ts'

const LONG = `web/${'a-long-folder/'.repeat(15)}file`
const trees = suite('readTree')
let source: GitSource

trees.before(async () => {
  source = await gitSource({
    'web/Dockerfile': 'FROM scratch\n',
    'web/empty': '',
    'web/start': { exec: '#!/bin/sh\n' },
    'web/link': { link: '../api/ä' },
    'web/large': Buffer.alloc(300_000, 'x'),
    'api/ä': 'ä\n',
    [LONG]: 'deep',
  })
})
trees.after(() => source.remove())

trees("knows every file by git's own mode and blob id", async () => {
  const { files } = await readTree(archiveIn(source.tarball), source.sha, [''], [])
  const ids = [...files].map(([path, { mode, blob }]) => [path, `${mode} ${blob}`])
  assert.equal(Object.fromEntries(ids), source.ids)
  assert.equal([files.get('web/link')?.target, files.get('web/large')?.size], ['../api/ä', 300_000])
})
trees('reads the wanted folders alone, and keeps the bytes of the wanted files alone', async () => {
  const wanted = ['web/Dockerfile', 'web/.dockerignore', 'web/link', 'api/ä']
  const { files, texts } = await readTree(archiveIn(source.tarball), source.sha, ['web'], wanted)
  assert.ok([...files.keys()].every((path) => path.startsWith('web/')))
  assert.is(files.size, 6)
  assert.equal(
    [...texts].map(([path, bytes]) => [path, bytes.toString()]),
    [['web/Dockerfile', 'FROM scratch\n']],
  )
})
trees('refuses a file that is there twice, which git cannot hold', async () => {
  const file = join(source.folder, 'twice.tar.gz')
  writeFileSync(
    file,
    tarball([
      { name: `${TOP}/web/a`, body: '1' },
      { name: `${TOP}/web/a`, body: '2' },
    ]),
  )
  const failure = await failureOf(() => readTree(archiveIn(file), SHA, ['web'], []))
  assert.equal([failure.code, failure.message], ['source_refused', 'web/a is in the source archive twice'])
})
for (const [files, plain] of [
  [20_000, true],
  [20_001, false],
] as const)
  trees(`${plain ? 'may' : 'may not'} be pulled with ${files} files, of which none is wanted`, async () => {
    const file = join(source.folder, 'many.tar.gz')
    writeFileSync(
      file,
      tarball(Array.from({ length: files }, (_, at) => ({ name: `${TOP}/docs/${at}`, body: '' }))),
    )
    const found = await readTree(archiveIn(file), SHA, ['web'], [])
    assert.equal([found.plain, found.files.size], [plain, 0])
  })
trees('refuses a Dockerfile over 1 MB, but no other file', async () => {
  const file = join(source.folder, 'large.tar.gz')
  const body = Buffer.alloc(1024 * 1024 + 1, '#')
  writeFileSync(file, tarball([{ name: `${TOP}/web/Dockerfile`, body }]))
  const failure = await failureOf(() => readTree(archiveIn(file), SHA, ['web'], ['web/Dockerfile']))
  assert.equal([failure.code, failure.message], ['source_refused', 'web/Dockerfile is over 1 MB'])
  assert.is((await readTree(archiveIn(file), SHA, ['web'], [])).files.size, 1)
})
trees(
  'fails, and the process lives on, when the archive breaks off in a file that nobody wants',
  async () => {
    const file = join(source.folder, 'half.tar.gz')
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 251))
    const whole = tarball([{ name: `${TOP}/api/a`, body: noise }])
    writeFileSync(file, whole.subarray(0, whole.length / 2))
    assert.is((await failureOf(() => readTree(archiveIn(file), SHA, ['web'], []))).code, 'source_broken')
  },
)
trees.run()

const insides = suite('inside')
for (const [path, folder, is] of [
  ['web/a', 'web', true],
  ['webshop/a', 'web', false],
  ['web', 'web', false],
  ['a', '', true],
] as const)
  insides(`${path} is ${is ? '' : 'not '}inside "${folder}"`, () => assert.is(inside(path, folder), is))
insides.run()

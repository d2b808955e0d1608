import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openGitHub } from '../../functions/build/github.ts'
import { KEPT, openKeptSources } from '../../functions/build/kept-source.ts'
import { sweepSources, withSource } from '../../functions/build/source.ts'
import { readSource } from '../../functions/build/submodules.ts'
import type { Files, LocalGitHub } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { accessTo, holding, TOKEN, transport } from './asking-github.ts'
import { NO_SOURCES } from './no-sources.ts'

const REPOSITORY = 'acme/shop'
const FIRST: Files = {
  'README.md': 'of no service',
  '.gitattributes':
    '# nothing that matters\n* text=auto eol=lf\n*.png binary\n\ndocs/** linguist-documentation\n',
  'web/.dockerignore': 'ignored\n',
  'web/Dockerfile': 'FROM scratch\nCOPY . .\n',
  'web/start': { exec: '#!/bin/sh\n' },
  'web/src/a': 'a\n',
  'web/src/b': 'b\n',
  'web/empty': '',
  'web/link': { link: 'src/a' },
  'api/Dockerfile': 'FROM scratch\n',
}
const WANTED = ['web/Dockerfile', 'web/.dockerignore']

/** `mode blob target`, and the bytes, of all files by path; the texts beside. */
type Read = { files: Record<string, string>; texts: Record<string, string> }

type Stage = {
  hub: LocalGitHub
  push(files: Files): Promise<string>
  /** Reads a commit as a merge does, in a process that knows those before; `meanwhile` with the source still lent. */
  read(sha: string, contexts?: string[], meanwhile?: () => Promise<unknown>): Promise<Read>
  /** The same in a process that has just started, which downloads. */
  download(sha: string, contexts?: string[]): Promise<Read>
  /** What GitHub was asked since the last time: `tarball`, `tree`, `blob`. */
  asked(): string[]
}

function staged(work: (stage: Stage) => Promise<void>, named = true) {
  const token = named ? TOKEN : undefined
  return withHub({}, async (hub) => {
    const github = openGitHub(transport(hub.url, token))
    const access = accessTo(hub.url, holding(token))
    const reading = (keptSources: ReturnType<typeof openKeptSources>) =>
      async function read(sha: string, contexts = ['web'], meanwhile = async () => {}): Promise<Read> {
        const commit = { repositoryId: 1, repository: REPOSITORY, sha }
        return withSource({ github, access, keptSources }, commit, async (from) => {
          const { files, texts } = await readSource(NO_SOURCES, commit, from, contexts, WANTED, true)
          await meanwhile()
          const listed = [...files].map(([path, { mode, blob, target, size, bytes }]) => {
            const text = bytes && readFileSync(bytes.file).subarray(bytes.at, bytes.at + size)
            return [path, `${mode} ${blob} ${size} ${target} ${text}`]
          })
          return {
            files: Object.fromEntries(listed.sort()),
            texts: Object.fromEntries([...texts].map(([path, text]) => [path, text.toString()]).sort()),
          }
        })
      }
    let seen = hub.requests.length
    await hub.push(REPOSITORY, { files: FIRST, deliver: false })
    await work({
      hub,
      push: async (files) => (await hub.push(REPOSITORY, { files, deliver: false })).sha,
      read: reading(openKeptSources()),
      download: (sha, contexts) => reading(openKeptSources())(sha, contexts),
      asked() {
        const paths = hub.requests.slice(seen).map(({ path }) => path)
        seen = hub.requests.length
        return paths.flatMap((path) => /\/(tarball|tree|blob)s?\//.exec(path)?.[1] ?? [])
      },
    })
  })
}

const pulled = suite('a source of which most is here')
for (const [title, files, blobs] of [
  ['a line is another', { 'web/src/a': 'another\n' }, 1],
  ['a file is new', { 'web/src/c/d': 'new\n' }, 1],
  ['a file is gone', { 'web/src/b': null }, 0],
  ['a file has another name', { 'web/src/b': null, 'web/B': 'b\n' }, 0],
  ['two files have changed places', { 'web/src/a': 'b\n', 'web/src/b': 'a\n' }, 0],
  ['a file may be run now', { 'web/src/a': { exec: 'a\n' } }, 0],
  ['a file is a link now', { 'web/src/a': { link: 'b' } }, 1],
  ['a link leads elsewhere', { 'web/link': { link: 'src/b' } }, 1],
  ['a link and a file have one content', { 'web/link': { link: 'src/b' }, 'web/src/c': 'src/b' }, 2],
  ['a link is a file now', { 'web/link': 'src/a' }, 1],
  ['a file is a folder now', { 'web/empty': null, 'web/empty/x': 'x' }, 1],
  ['a file is empty now', { 'web/src/a': '' }, 0],
  ['the Dockerfile is another', { 'web/Dockerfile': 'FROM scratch\n' }, 1],
  ['.dockerignore is gone', { 'web/.dockerignore': null }, 0],
  ['nothing of the service is another', { 'README.md': 'other words' }, 0],
  ['line ends are to be kept', { 'web/src/a': 'a\r\nb\n' }, 1],
  ['a name has no letters of ours', { 'web/ä "\t\\ß': 'ä' }, 1],
] satisfies [string, Files, number][])
  pulled(
    `is as it would be downloaded, of ${blobs} more question${blobs === 1 ? '' : 's'}, where ${title}`,
    staged(async ({ push, read, download, asked }) => {
      await read(await push({}))
      asked()
      const sha = await push(files)
      const found = await read(sha)
      assert.equal(asked(), ['tree', ...Array(blobs).fill('blob')])
      assert.equal(found, await download(sha))
    }),
  )
pulled(
  'is pulled again and again, and after some twenty times downloaded as one',
  staged(async ({ push, read, download, asked }) => {
    await read(await push({}))
    asked()
    const questions: string[] = []
    for (let turn = 0; turn < 25; turn += 1) {
      const sha = await push({ [`web/src/${turn}`]: `${turn}` })
      const found = await read(sha)
      questions.push(asked().join(' '))
      if (turn > 18) assert.equal(found, await download(sha))
      asked()
    }
    assert.equal(new Set(questions), new Set(['tree blob', 'tarball']))
    assert.is(questions.filter((one) => one === 'tarball').length, 1)
  }),
)
pulled(
  'stays for who has borrowed it, while others replace it',
  staged(async ({ push, read, download }) => {
    await read(await push({}))
    const sha = await push({ 'web/src/a': 'second\n' })
    const found = await read(sha, ['web'], async () => {
      await read(await push({ 'web/src/a': 'third\n', 'web/src/b': null }))
      await read(await push({ 'web/.gitattributes': '* text\n' }))
    })
    assert.equal(found, await download(sha))
  }),
)
pulled(
  'is of the folders that are wanted now',
  staged(async ({ push, read, download, asked }) => {
    const sha = await push({})
    await read(sha)
    asked()
    const found = await read(sha, ['web', 'api'])
    assert.equal(asked(), ['tree', 'blob'])
    assert.equal(found, await download(sha, ['web', 'api']))
  }),
)
pulled.run()

const downloaded = suite('a source is downloaded')
const OTHER = { 'web/src/a': 'another\n' }
for (const [title, files, spoil] of [
  [
    'where more than ten files are others',
    Object.fromEntries([...'abcdefghijk'].map((one) => [`web/${one}`, one])),
  ],
  ['where more than 4 MB are others', { 'web/large': Buffer.alloc(4 * 1024 * 1024 + 1, 'x') }],
  [
    'where .gitattributes are new, which may change it on the way',
    { ...OTHER, 'web/src/.gitattributes': 'a export-ignore\n' },
  ],
  ['where it has a submodule', { ...OTHER, vendor: { submodule: 'c'.repeat(40) } }],
  [
    'where GitHub does not list all of it',
    OTHER,
    { match: '/git/trees/', body: '{"tree":[],"truncated":true}' },
  ],
  [
    'where GitHub lists what is no tree',
    OTHER,
    { match: '/git/trees/', body: '{"tree":[{}],"truncated":false}' },
  ],
  ['where GitHub does not list it', OTHER, { match: '/git/trees/', status: 404 }],
  ['where GitHub breaks at the list', OTHER, { match: '/git/trees/', drop: true }],
  ['where GitHub does not show a file', OTHER, { match: '/git/blobs/', status: 404 }],
  ['where GitHub shows another file', OTHER, { match: '/git/blobs/', body: 'not this one' }],
  ['where GitHub breaks at a file', OTHER, { match: '/git/blobs/', status: 500 }],
] satisfies [string, Files, Parameters<LocalGitHub['faults']['add']>[0]?][])
  downloaded(
    title,
    staged(async ({ hub, push, read, download, asked }) => {
      await read(await push({}))
      const sha = await push(files)
      if (spoil) hub.faults.add(spoil)
      asked()
      const found = await read(sha)
      assert.is(asked().at(-1), 'tarball')
      assert.equal(found, await download(sha))
    }),
  )
for (const name of ['web/../x', 'web//x', 'web/a\nb', 'web/\uFFFD'])
  downloaded(
    `where a file is named ${JSON.stringify(name)}`,
    staged(async ({ hub, push, read, asked }) => {
      const sha = await push({})
      await read(sha)
      const odd = { path: name, mode: '100644', type: 'blob', sha: 'a'.repeat(40), size: 1 }
      hub.faults.add({ match: '/git/trees/', body: JSON.stringify({ tree: [odd], truncated: false }) })
      asked()
      await read(sha)
      assert.equal(asked(), ['tree', 'tarball'])
    }),
  )
downloaded(
  'where GitHub lists a file twice, which git cannot hold',
  staged(async ({ hub, push, read, asked }) => {
    const sha = await push({})
    await read(sha)
    const listed = await fetch(`${hub.url}/repos/${REPOSITORY}/git/trees/${sha}?recursive=1`)
    const { tree } = (await listed.json()) as { tree: unknown[] }
    hub.faults.add({
      match: '/git/trees/',
      body: JSON.stringify({ tree: [...tree, ...tree], truncated: false }),
    })
    asked()
    await read(sha)
    assert.equal(asked(), ['tree', 'tarball'])
  }),
)
downloaded(
  'where nobody asks by name, for whom questions are few',
  staged(async ({ push, read, asked }) => {
    await read(await push({}))
    await read(await push(OTHER))
    assert.equal(asked(), ['tarball', 'tarball'])
  }, false),
)
downloaded(
  'where what was kept of it has been taken away, and nothing of it is left behind',
  staged(async ({ push, read, asked }) => {
    const mine = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`${KEPT}${process.pid}-`))
    const before = mine()
    await read(await push({}))
    const [home = ''] = mine().filter((name) => !before.includes(name))
    assert.is(readdirSync(join(tmpdir(), home)).length, 1)
    await read(await push({ vendor: { submodule: 'c'.repeat(40) }, 'web/.gitattributes': 'a export-ignore' }))
    assert.equal(readdirSync(join(tmpdir(), home)), [])
    asked()
    await read(await push({ vendor: null, 'web/.gitattributes': null }))
    assert.equal(asked(), ['tarball'])
  }),
)
downloaded.run()

const left = suite('what a process before has left of sources')
left('is taken away, and what a living one has is not', async () => {
  const before = process.env.TMPDIR
  const folder = mkdtempSync(join(tmpdir(), 'left-'))
  process.env.TMPDIR = folder
  // No process has such a number: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max)
  const names = [`${KEPT}4194305-a`, `artefacto-source-4194305-a`, `${KEPT}${process.pid}-a`, 'other']
  try {
    for (const name of names) mkdirSync(join(folder, name))
    await sweepSources()
    assert.equal(readdirSync(folder).sort(), [`${KEPT}${process.pid}-a`, 'other'])
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    rmSync(folder, { recursive: true })
  }
})
left.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Files } from '../../local/github/server.ts'
import { failureOf } from '../support/failure-of.ts'
import { withSources } from './source-stage.ts'

const NOWHERE = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const DOCKERFILE = { 'web/Dockerfile': 'FROM scratch\n' }
/** Submodules as git adds them: path to address and commit. */
function modules(all: Record<string, [url: string, sha: string]>): Files {
  const sections = Object.entries(all).map(
    ([path, [url]]) => `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
  )
  const links = Object.entries(all).map(([path, [, sha]]) => [path, { submodule: sha }])
  return { '.gitmodules': sections.join(''), ...Object.fromEntries(links) }
}

const whole = suite('a source with submodules')
whole(
  'has the files of those in and above the context, at their commits, and asks for no others',
  withSources(async ({ hub, push, send }) => {
    const old = await push(
      { 'a.txt': 'old', bin: { exec: '#!/bin/sh\n' }, link: { link: 'a.txt' } },
      'acme/lib',
    )
    await push({ 'a.txt': 'new' }, 'acme/lib')
    const sha = await push({
      ...DOCKERFILE,
      ...modules({ 'web/lib': ['../lib.git', old], docs: ['../docs.git', NOWHERE] }),
    })
    const { files } = await send(sha)
    assert.equal(files, {
      Dockerfile: 'FROM scratch\n',
      'lib/a.txt': 'old',
      'lib/bin': '#!/bin/sh\n',
      'lib/link': 'a.txt',
      start: '#!/bin/sh\n',
    })
    assert.not.ok(hub.requests.some(({ path }) => path.includes('docs')))
  }),
)
whole(
  'is asked for with the token at the API, and without it at the download host',
  withSources(async ({ hub, push, send }) => {
    const lib = await push({ a: '1' }, 'acme/lib')
    const sha = await push({ ...DOCKERFILE, ...modules({ 'web/lib': ['../lib', lib] }) })
    const from = hub.requests.length
    await send(sha)
    const seen = hub.requests
      .slice(from)
      .map(({ path, headers }) => `${path} ${headers.authorization ? 'token' : ''}`)
    assert.equal(seen, [
      `/repos/acme/shop/tarball/${sha} token`,
      `/acme/shop/legacy.tar.gz/${sha} `,
      `/repos/acme/shop/contents/web/lib?ref=${sha} token`,
      `/repos/acme/lib/tarball/${lib} token`,
      `/acme/lib/legacy.tar.gz/${lib} `,
    ])
  }),
)
whole(
  'may have its context, with the Dockerfile and .dockerignore, in a submodule',
  withSources(async ({ push, send }) => {
    const files = {
      'app/Dockerfile': 'FROM scratch\n',
      'app/.dockerignore': 'no\n',
      'app/no': '1',
      'app/yes': '2',
      x: '3',
    }
    const lib = await push(files, 'acme/lib')
    const sha = await push(modules({ 'vendor/lib': ['../lib', lib] }))
    assert.equal((await send(sha, { context: 'vendor/lib/app' })).files, {
      Dockerfile: 'FROM scratch\n',
      '.dockerignore': 'no\n',
      yes: '2',
    })
    const sent = await send(sha, { context: 'vendor/lib', dockerfile: 'app/Dockerfile' })
    assert.equal(Object.keys(sent.files).sort(), [
      'app/.dockerignore',
      'app/Dockerfile',
      'app/no',
      'app/yes',
      'x',
    ])
  }),
)
whole(
  'has submodules of submodules, each relative to its own parent',
  withSources(async ({ push, send }) => {
    const inner = await push({ c: 'c' }, 'ada/inner')
    const outer = await push({ b: 'b', ...modules({ 'x/y': ['../inner.git', inner] }) }, 'ada/outer')
    const sha = await push({ ...DOCKERFILE, ...modules({ 'web/o': ['../../ada/outer', outer] }) })
    const { files } = await send(sha)
    assert.equal([files['o/b'], files['o/x/y/c']], ['b', 'c'])
  }),
)
whole(
  'has another digest when a submodule moves, and the same for the same files without one',
  withSources(async ({ push, send }) => {
    const one = await push({ a: '1' }, 'acme/lib')
    const two = await push({ a: '2' }, 'acme/lib')
    const digests = []
    for (const lib of [one, two])
      digests.push(
        (await send(await push({ ...DOCKERFILE, ...modules({ 'web/lib': ['../lib', lib] }) }))).digest,
      )
    const { digest } = await send(await push({ '.gitmodules': null, 'web/lib': null, 'web/lib/a': '2' }))
    assert.is.not(digests[0], digests[1])
    assert.is(digest, digests[1])
  }),
)
whole(
  'takes an entry of .gitmodules that git does not have for none',
  withSources(async ({ push, send }) => {
    const stale = { '.gitmodules': '[submodule "a"]\npath = web/a\nurl = https://gitlab.example/a/b\n' }
    for (const more of [{}, { 'web/a': 'a file' }, { 'web/a': null, 'web/a/b': 'a folder' }]) {
      const { files } = await send(await push({ ...DOCKERFILE, ...stale, ...more }))
      assert.is(files.Dockerfile, 'FROM scratch\n')
    }
  }),
)
whole(
  'without .gitmodules asks for its tarball, and nothing else',
  withSources(async ({ hub, push, send }) => {
    const sha = await push(DOCKERFILE)
    const from = hub.requests.length
    await send(sha)
    assert.equal(
      hub.requests.slice(from).map(({ path }) => path),
      [`/repos/acme/shop/tarball/${sha}`, `/acme/shop/legacy.tar.gz/${sha}`],
    )
  }),
)
whole.run()

const refusing = suite('a submodule is refused')
for (const [url, place] of [
  ['https://gitlab.example/acme/lib.git', 'gitlab.example'],
  ['file:///etc', 'file://'],
  ['http://127.0.0.2/acme/lib', '127.0.0.2'],
] as const)
  refusing(
    `at ${url}, before anything is asked of it`,
    withSources(async ({ hub, push, send }) => {
      const sha = await push({ ...DOCKERFILE, ...modules({ 'web/lib': [url, NOWHERE] }) })
      const { code, message } = await failureOf(() => send(sha))
      assert.is(code, 'source_refused')
      assert.is(message, `the submodule web/lib is at ${place}; only those at 127.0.0.1 are fetched`)
      assert.not.ok(hub.requests.some(({ path }) => /lib.*tarball|etc/.test(path)))
    }),
  )
refusing(
  'whose path leaves the repository',
  withSources(async ({ push, send }) => {
    const sha = await push({
      ...DOCKERFILE,
      '.gitmodules': '[submodule "a"]\npath = web/../../a\nurl = ../a\n',
    })
    const { code, message } = await failureOf(() => send(sha))
    assert.equal(
      [code, message],
      ['source_refused', '.gitmodules has the path web/../../a, which a submodule cannot have'],
    )
  }),
)
refusing(
  'that has a link out of the repository, but not one into its parent',
  withSources(async ({ push, send }) => {
    const good = await push({ up: { link: '../start' } }, 'acme/lib')
    const { files } = await send(
      await push({ ...DOCKERFILE, 'web/start': '1', ...modules({ 'web/lib': ['../lib', good] }) }),
    )
    assert.is(files['lib/up'], '../start')
    const bad = await push({ up: { link: '../../../etc/passwd' } }, 'acme/lib')
    const sha = await push(modules({ 'web/lib': ['../lib', bad] }))
    const { code, message } = await failureOf(() => send(sha))
    assert.equal(
      [code, message],
      ['source_refused', 'web/lib/up is a link to ../../../etc/passwd, which is outside the repository'],
    )
  }),
)
const unseen = (sha: string, name = 'lib') =>
  `GitHub does not show the submodule web/lib, acme/${name} at ${sha.slice(0, 7)}: push it; a private one must be in repositories, and github-token must read it`
refusing(
  'where its commit is not pushed, or its repository is not there: that waits',
  withSources(async ({ push, send }) => {
    await push({ a: '1' }, 'acme/lib')
    for (const name of ['lib', 'nothing']) {
      const sha = await push({ ...DOCKERFILE, ...modules({ 'web/lib': [`../${name}`, NOWHERE] }) })
      const { outcome, message } = await failureOf(() => send(sha))
      assert.equal([outcome, message], ['error', unseen(NOWHERE, name)])
    }
  }),
)
refusing(
  'that is private and not in `repositories`, in the words for one that is not there',
  withSources(
    async ({ hub, push, send }) => {
      await hub.create('acme/lib', undefined, { private: true })
      const lib = await push({ a: '1' }, 'acme/lib')
      const open = await push({ a: '1' }, 'acme/open')
      const sha = await push({ ...DOCKERFILE, ...modules({ 'web/lib': ['../lib', lib] }) })
      assert.is((await failureOf(() => send(sha))).message, unseen(lib))
      assert.not.ok(hub.requests.some(({ path }) => path.includes('lib/tarball')))
      const { files } = await send(await push(modules({ 'web/lib': ['../open', open] })))
      assert.is(files['lib/a'], '1')
    },
    { repositories: 'acme/shop' },
  ),
)
refusing(
  'where it is one too many, or lies too deep',
  withSources(async ({ hub, push, send }) => {
    const many = Array.from({ length: 101 }, (_, at): [string, [string, string]] => [
      `web/${at}`,
      ['../lib', NOWHERE],
    ])
    const from = hub.requests.length
    const flood = await failureOf(async () =>
      send(await push({ ...DOCKERFILE, ...modules(Object.fromEntries(many)) })),
    )
    assert.equal(
      [flood.code, flood.message],
      ['source_refused', 'the repository has more than 100 submodules'],
    )
    assert.is(hub.requests.length - from, 2)
    let lib = await push({ a: '1' }, 'acme/lib')
    for (let depth = 0; depth < 6; depth += 1) lib = await push(modules({ web: ['../lib', lib] }), 'acme/lib')
    const deep = await failureOf(async () => send(await push(modules({ web: ['../lib', lib] }))))
    assert.match(deep.message, 'lies in more than 5 others')
  }),
)
refusing(
  'while GitHub does not answer: that waits, and nothing is left behind in its words',
  withSources(async ({ hub, push, send }) => {
    const lib = await push({ a: '1' }, 'acme/lib')
    const sha = await push({ ...DOCKERFILE, ...modules({ 'web/lib': ['../lib', lib] }) })
    for (const [fault, code] of [
      [{ match: '/contents/', status: 502 }, 'github_down'],
      [{ match: '/acme/lib/tarball', status: 503 }, 'github_down'],
      [{ match: 'acme/lib/legacy', truncateAt: 40 }, 'source_broken'],
    ] as const) {
      hub.faults.clear()
      hub.faults.add(fault)
      const failure = await failureOf(() => send(sha))
      assert.equal([failure.code, failure.outcome], [code, 'error'])
    }
  }),
)
refusing.run()

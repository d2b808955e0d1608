import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { repositoryOf } from '../../functions/build/submodule-url.ts'
import { failureOf } from '../support/failure-of.ts'

const of = (url: string, github = 'https://github.com') =>
  repositoryOf({ path: 'lib', url }, 'acme/shop', github)

const urls = suite('repositoryOf')
for (const [url, repository] of [
  ['https://github.com/acme/lib', 'acme/lib'],
  ['https://github.com/acme/lib.git', 'acme/lib'],
  ['https://GitHub.com/acme/lib.js.git/', 'acme/lib.js'],
  ['https://ada:secret@github.com/acme/lib', 'acme/lib'],
  ['http://github.com/acme/lib', 'acme/lib'],
  ['git://github.com/acme/lib.git', 'acme/lib'],
  ['git@github.com:acme/lib.git', 'acme/lib'],
  ['github.com:acme/lib', 'acme/lib'],
  ['ssh://git@github.com/acme/lib.git', 'acme/lib'],
  ['ssh://git@github.com:22/acme/lib.git', 'acme/lib'],
  ['../lib.git', 'acme/lib'],
  ['../../ada/lib', 'ada/lib'],
  ['./../lib', 'acme/lib'],
] as const)
  urls(`finds ${repository} at ${url}`, () => {
    assert.is(of(url), repository)
  })
urls("finds it at an enterprise's own host, and no other", async () => {
  const github = 'https://ghe.example'
  assert.is(of('git@ghe.example:acme/lib.git', github), 'acme/lib')
  assert.is(of('../lib', github), 'acme/lib')
  assert.match((await failureOf(() => of('https://github.com/acme/lib', github))).message, 'is at github.com')
})
for (const [url, place] of [
  ['https://gitlab.example/acme/lib', 'gitlab.example'],
  ['https://ada:secret@gitlab.example/acme/lib', 'gitlab.example'],
  ['https://github.com.evil.example/acme/lib', 'github.com.evil.example'],
  ['https://github.com@evil.example/acme/lib', 'evil.example'],
  ['git@evil.example:acme/lib', 'evil.example'],
  ['file:///srv/git/lib.git', 'file://'],
  ['/srv/git/lib.git', 'file://'],
  ['lib', 'file://'],
  ['ext::sh -c id', 'ext'],
  ['-u./payload', 'file://'],
  ['', 'file://'],
] as const)
  urls(`refuses ${url || 'nothing'}, and shows no more of it than ${place}`, async () => {
    const { code, message } = await failureOf(() => of(url))
    assert.is(code, 'source_refused')
    assert.is(message, `the submodule lib is at ${place}; only those at github.com are fetched`)
  })
for (const url of [
  '../',
  '../..',
  'https://github.com/acme',
  'https://github.com/acme/lib/tree',
  './lib',
  'https://github.com/acme/..git',
  'https://github.com/a%2e/lib',
])
  urls(`refuses ${url}, which names no repository`, async () => {
    assert.is(
      (await failureOf(() => of(url))).message,
      'the submodule lib has an address that names no repository of github.com',
    )
  })
urls.run()

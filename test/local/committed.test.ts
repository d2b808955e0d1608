import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fileAt, findCommit, originOf, uncommitted } from '../../local/committed.ts'

const folder = mkdtempSync(join(tmpdir(), 'committed-test-'))
const shop = join(folder, 'shop')
const git = (...args: string[]) =>
  execFileSync('git', ['-C', shop, '-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args])
const write = (path: string, text: string) => writeFileSync(join(shop, path), text)
const sentence = (work: Promise<unknown>) =>
  work.then(
    () => 'it was done',
    (error: Error) => error.message,
  )

const committed = suite('what is committed in a repository on disk')
committed.before(() => {
  mkdirSync(join(shop, 'web'), { recursive: true })
  git('init', '--quiet')
  write('images.json', 'one')
  write('web/Dockerfile', 'FROM scratch')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'One')
  git('tag', 'v1')
  write('images.json', 'two')
  git('commit', '--quiet', '--all', '--message', 'Two')
})
committed.after(() => rmSync(folder, { recursive: true }))

committed('is found by HEAD, tag and commit, from any folder of it', async () => {
  const head = git('rev-parse', 'HEAD').toString().trim()
  assert.is((await findCommit(shop, 'HEAD')).sha, head)
  const below = await findCommit(join(shop, 'web'), head.slice(0, 10))
  assert.equal([below.sha, String(await fileAt(below, 'images.json'))], [head, 'two'])
  const tagged = await findCommit(shop, 'v1')
  assert.is(String(await fileAt(tagged, 'images.json')), 'one')
  assert.is(await fileAt(tagged, 'nothing.json'), undefined)
})
committed('is not there for other folders, and not for names of nothing', async () => {
  assert.is(await sentence(findCommit(folder, 'HEAD')), `${folder} is not in a git repository`)
  const nowhere = join(folder, 'nowhere')
  assert.is(await sentence(findCommit(nowhere, 'HEAD')), `${nowhere} is not in a git repository`)
  for (const ref of ['nothing', '--all', 'v1:images.json'])
    assert.is(await sentence(findCommit(shop, ref)), `${shop} has no commit ${ref}`)
})
committed('is told from what is not, in the paths that count', async () => {
  const commit = await findCommit(join(shop, 'web'), 'HEAD')
  const count = () => uncommitted(commit, ['images.json', 'web'])
  assert.is(await count(), 0)
  write('README.md', 'not looked at')
  assert.is(await count(), 0)
  write('images.json', 'three')
  write('web/new', '1')
  assert.is(await count(), 2)
  const bare = join(folder, 'bare.git')
  git('clone', '--quiet', '--bare', shop, bare)
  assert.is(await uncommitted(await findCommit(bare, 'HEAD'), ['images.json']), 0)
})
for (const [url, name] of [
  ['https://github.com/acme/shop.git', 'acme/shop'],
  ['https://github.com/acme/shop/', 'acme/shop'],
  ['git@github.com:acme/my.shop.git', 'acme/my.shop'],
  ['ssh://git@github.com/acme/shop', 'acme/shop'],
  ['../elsewhere', undefined],
] as const)
  committed(`is ${name}'s where origin is ${url}`, async () => {
    git('config', 'remote.origin.url', url)
    assert.is(await originOf(await findCommit(shop, 'HEAD')), name)
  })
committed.run()

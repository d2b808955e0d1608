import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foresightLine } from '../../functions/build/foresight.ts'
import { fileAt, findCommit, githubOf } from '../../local/committed.ts'
import { foreseeCommit } from '../../local/foreseen.ts'
import { failureOf } from '../support/failure-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'on-disk-test-'))
const [shop, lib, inner, copy] = ['acme/shop', 'acme/lib', 'acme/inner', 'copy'].map((name) =>
  join(folder, name),
) as [string, string, string, string]
const git = (at: string, ...args: string[]) =>
  execFileSync(
    'git',
    [
      '-C',
      at,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.invalid',
      '-c',
      'protocol.file.allow=always',
      ...args,
    ],
    { stdio: 'pipe' },
  )
/** Makes a repository of these files, with another one below `sub`. */
function make(at: string, files: Record<string, string>, sub?: [path: string, url: string]) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(at, path, '..'), { recursive: true })
    writeFileSync(join(at, path), text)
  }
  git(at, 'init', '--quiet')
  if (sub) git(at, 'submodule', '--quiet', 'add', sub[1], sub[0])
  git(at, 'add', '--all')
  git(at, 'commit', '--quiet', '--message', 'One')
}
/** What `npm run check` says of a repository's HEAD, by the names that GitHub may have for it. */
async function said(path: string): Promise<string> {
  const commit = await findCommit(path, 'HEAD')
  const images = (await fileAt(commit, 'images.json')) as Buffer
  return foresightLine(await foreseeCommit(commit, images, undefined, ['acme/shop']), 1000)
}

const disk = suite('npm run check of a repository with submodules')
disk.before(() => {
  make(inner, { text: 'inner\n' })
  make(lib, { Dockerfile: 'FROM scratch\n' }, ['deep/inner', '../inner'])
  const images = '[{"service_name":"web","version":"1.0.0","type":"Docker"}]'
  // Relative to a remote, as on GitHub; here that is a folder beside.
  make(shop, { 'images.json': images }, ['web', '../lib'])
})
disk.after(() => rmSync(folder, { recursive: true }))

disk('reads them where git has put them, with those that lie in them', async () => {
  git(folder, 'clone', '--quiet', '--recurse-submodules', shop, copy)
  assert.is(await said(copy), 'will build web 1.0.0')
})
disk('says what to do where they are not on this machine', async () => {
  const bare = join(folder, 'bare')
  git(folder, 'clone', '--quiet', shop, bare)
  const { outcome, message } = await failureOf(() => said(bare))
  const [, sha = ''] =
    git(shop, 'ls-tree', 'HEAD', 'web')
      .toString()
      .match(/commit (\w{7})/) ?? []
  assert.is(outcome, 'error')
  assert.is(
    message,
    `the submodule web is not on this machine at ${sha}: git submodule update --init --recursive`,
  )
})
for (const [origin, github] of [
  ['https://ghe.example/acme/shop.git', 'https://ghe.example'],
  ['git@ghe.example:acme/shop.git', 'https://ghe.example'],
  ['/srv/git/shop.git', 'https://github.com'],
] as const)
  disk(`takes ${github} for GitHub where the remote origin is ${origin}`, async () => {
    git(shop, 'config', 'remote.origin.url', origin)
    assert.is(await githubOf(await findCommit(shop, 'HEAD')), github)
  })
disk.run()

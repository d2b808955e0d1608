import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Document, get, receiver, withHub } from './hub.ts'

const WHO = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', '-c', 'commit.gpgsign=false']
const adopt = suite('create')
let source = ''

adopt.before.each(() => {
  source = mkdtempSync(join(tmpdir(), 'adopted-'))
  mkdirSync(join(source, 'web'))
  writeFileSync(join(source, 'images.json'), '[]')
  writeFileSync(join(source, 'web', 'start'), '#!/bin/sh')
  chmodSync(join(source, 'web', 'start'), 0o755)
  symlinkSync('web/start', join(source, 'start'))
})
adopt.after.each(() => rmSync(source, { recursive: true }))

adopt(
  'takes a folder’s files with their links and modes, without .git',
  withHub({}, async (hub) => {
    commitAll('develop', 'First')
    await hub.create('my/folder', { folder: source })
    const { tree } = await json(`${hub.url}/repos/my/folder/git/trees/develop?recursive=1`)
    assert.equal(
      tree.map((one: Record<string, string>) => `${one.mode} ${one.path}`),
      ['100644 images.json', '120000 start', '040000 web', '100755 web/start'],
    )
  }),
)
adopt(
  'clones a repository and brings a second clone up to date',
  withHub({}, async (hub) => {
    const first = commitAll('develop', 'First')
    await hub.create('my/clone', { clone: source })
    const { commit } = await json(`${hub.url}/repos/my/clone/branches/develop`)
    assert.is(commit.sha, first)
    assert.is(commit.author, null)
    assert.is((await json(`${hub.url}/repos/my/clone`)).default_branch, 'develop')
    writeFileSync(join(source, 'more'), '')
    const second = commitAll('develop', 'Second')
    await hub.create('my/clone', { clone: source })
    assert.is((await json(`${hub.url}/repos/my/clone/branches/develop`)).commit.sha, second)
  }),
)
if (process.getuid?.() === 0) {
  adopt(
    'clones a repository that belongs to somebody else, as under sudo',
    withHub({}, async (hub) => {
      const sha = commitAll('develop', 'First')
      execFileSync('chown', ['-R', '65534:65534', source])
      await hub.create('my/theirs', { clone: source })
      assert.is((await json(`${hub.url}/repos/my/theirs/branches/develop`)).commit.sha, sha)
    }),
  )
}
adopt(
  'keeps the default branch of a source without develop and says so at the replay',
  withHub({}, async (hub) => {
    commitAll('main', 'First')
    await hub.create('my/clone', { clone: source })
    assert.is((await json(`${hub.url}/repos/my/clone`)).default_branch, 'main')
    const message = await hub.replayHead('my/clone').catch((error) => error.message)
    assert.is(message, 'my/clone has no branch develop: it has main')
  }),
)
adopt.run()

const replay = suite('replayHead')
replay.before.each(() => {
  source = mkdtempSync(join(tmpdir(), 'adopted-'))
  writeFileSync(join(source, 'images.json'), '[]')
})
replay.after.each(() => rmSync(source, { recursive: true }))

const hook = await receiver()
replay.after(() => hook.close())
replay(
  'delivers the head as merged at its committer’s time, as one pull request however often',
  withHub({ webhook: { url: hook.url, secret: () => 's' } }, async (hub) => {
    commitAll('develop', 'First')
    writeFileSync(join(source, 'more'), '')
    const head = commitAll('develop', 'Raise web\n\nBecause')
    await hub.create('acme/mine', { clone: source })
    const merge = await hub.replayHead('acme/mine')
    assert.equal([merge.sha, merge.number, merge.mergedAt], [head, 1, '2026-01-02T03:04:05Z'])
    assert.equal(
      hook.received.map(({ headers }) => headers['x-github-event']),
      ['push', 'pull_request'],
    )
    const pull = await json(`${hub.url}/repos/acme/mine/pulls/1`)
    assert.equal([pull.title, pull.merged, pull.merge_commit_sha], ['Raise web', true, head])
    const [listed] = await json(`${hub.url}/repos/acme/mine/commits/${head}/pulls`)
    assert.is(listed.number, 1)
    assert.is((await hub.replayHead('acme/mine')).number, 1)
    assert.is((await get(hub, '/pulls?state=all')).body.length, 0)
  }),
)
replay.run()

function commitAll(branch: string, message: string): string {
  const time = '2026-01-02T03:04:05Z'
  const env = { ...process.env, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time }
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', source, ...WHO, ...args], { env })
      .toString()
      .trim()
  git('init', '--quiet', `--initial-branch=${branch}`)
  git('add', '-A')
  git('commit', '--quiet', '-m', message)
  return git('rev-parse', 'HEAD')
}

async function json(url: string) {
  return (await fetch(url)).json() as Promise<Document>
}

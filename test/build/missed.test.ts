import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Commit, Pull } from '../../functions/build/github.ts'
import { claimOf, lineOf, shownMerges } from '../../functions/build/missed.ts'
import { git } from '../../local/github/git.ts'
import { withGitHub } from './asking-github.ts'

const ID = 42
const PLACE = { repositoryId: ID, repository: 'acme/shop', branch: 'develop' }
const START = Date.parse('2026-01-01T00:00:00Z')
const sha = (letter: string) => letter.repeat(40)
const at = (day: number) => new Date(START + day * 86_400_000).toISOString()

const commit = (letter: string, day: number, parents: number): Commit => ({
  sha: sha(letter),
  commit: { message: 'm', committer: { date: at(day) } },
  parents: Array.from({ length: parents }, () => ({ sha: sha('0') })),
})
const pull = (
  number: number,
  letter: string | null,
  day: number | null,
  base = 'develop',
  id = ID,
): Pull => ({
  number,
  merged_at: day === null ? null : at(day),
  merge_commit_sha: letter && sha(letter),
  base: { ref: base, repo: { id } },
})

const shown = suite('shownMerges')
const rows: [string, Pull[], Commit[], string[]][] = [
  ['a merged pull request', [pull(1, 'a', 1)], [], ['a']],
  ['a squash merge, whose commit has one parent', [pull(1, 'a', 1)], [commit('a', 1, 1)], ['a']],
  ['a merge made with git', [], [commit('b', 1, 2)], ['b']],
  ['a pull request and its merge commit once', [pull(1, 'a', 1)], [commit('a', 1, 2)], ['a']],
  ['no ordinary commit', [], [commit('c', 1, 1)], []],
  ['no pull request that was closed without a merge', [pull(1, 'a', null)], [], []],
  ['no pull request into another branch', [pull(1, 'a', 1, 'main')], [], []],
  ['no pull request of another repository', [pull(1, 'a', 1, 'develop', 7)], [], []],
  [
    'nothing from before the start, whatever was changed about it since',
    [pull(1, 'a', -1)],
    [commit('b', -1, 2)],
    [],
  ],
  ['all, oldest first', [pull(2, 'c', 3), pull(1, 'a', 1)], [commit('b', 2, 2)], ['a', 'b', 'c']],
  [
    'those of one second as GitHub lists them, from its end',
    [pull(2, 'b', 1), pull(1, 'a', 1)],
    [],
    ['a', 'b'],
  ],
]
for (const [what, pulls, commits, letters] of rows)
  shown(`shows ${what}`, () => {
    const found = shownMerges(pulls, commits, PLACE, START)
    assert.equal(
      found.map((merge) => merge.sha),
      letters.map(sha),
    )
  })
shown('keeps the number of a pull request, which its commit does not tell', () => {
  const [found] = shownMerges([pull(7, 'a', 1)], [commit('a', 1, 2)], PLACE, START)
  assert.is(found?.pullRequest, 7)
})
shown.run()

/** Commits as GitHub lists them: each with its parents, the one that it was made on first. */
const listed = (...all: string[]): Commit[] =>
  all.map((letters, at) => ({
    ...commit(letters.charAt(0), all.length - at, 1),
    parents: [...letters.slice(1)].map((letter) => ({ sha: sha(letter) })),
  }))

const line = suite('lineOf')
const lines: [string, Commit[], string][] = [
  ['nothing of a branch without commits', [], ''],
  ['one commit after the other', listed('cb', 'ba', 'a'), 'cba'],
  ['a merge, and not what it brought', listed('max', 'xy', 'yz', 'az', 'z'), 'maz'],
  [
    'a merge of another branch, and not the merges that were made there',
    listed('mlx', 'xyv', 'yz', 'lz', 'z'),
    'mlz',
  ],
  ['all that it was forwarded to', listed('cbx', 'bax', 'x', 'a'), 'cba'],
  ['whatever order skewed clocks bring it into', listed('cb', 'a', 'ba'), 'cba'],
  ['no further than what was asked for', listed('cb', 'ba'), 'cb'],
  ['an end of what is no history', listed('ab', 'ba'), 'ab'],
]
for (const [what, commits, letters] of lines)
  line(`is ${what}`, () => {
    assert.is(
      lineOf(commits)
        .map((one) => one.sha.charAt(0))
        .join(''),
      letters,
    )
  })
line(
  'has of a branch that was merged with git the merge, and none that was made there',
  withGitHub(async ({ github, hub, folder }) => {
    await hub.forward('acme/shop', { to: 'main' })
    const { sha: made } = await hub.merge('acme/shop', { files: { a: '1' } })
    const repository = join(folder, 'acme/shop.git')
    const message = 'Merge branch develop'
    const commit = ['commit-tree', `${made}^{tree}`, '-p', 'main', '-p', made, '-m', message]
    const sha = (await git(repository, commit)).toString().trim()
    await git(repository, ['update-ref', 'refs/heads/main', sha])
    const commits = await github.commits('acme/shop', 'main', 0, 1)
    const merges = commits.filter(({ parents }) => parents.length === 2).map((one) => one.sha)
    assert.equal(merges.sort(), [sha, made].sort())
    const place = { repositoryId: hub.id('acme/shop'), branch: 'main' }
    const shown = shownMerges([], lineOf(commits), place, 0)
    assert.equal(
      shown.map((one) => one.sha),
      [sha],
    )
  }),
)
line.run()

const claim = suite('claimOf')
claim('is what the webhook would have sent', () => {
  assert.equal(claimOf(PLACE, { sha: sha('a'), pullRequest: 7 }), {
    repository_id: ID,
    repository: 'acme/shop',
    sha: sha('a'),
    branch: 'develop',
    pull_request: 7,
  })
  assert.not('pull_request' in claimOf(PLACE, { sha: sha('a') }))
})
claim('names no branch where the record is to say it', () => {
  assert.not('branch' in claimOf({ repositoryId: ID, repository: 'acme/shop' }, { sha: sha('a') }))
})
claim.run()

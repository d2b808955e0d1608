import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Commit, Pull } from '../../functions/build/github.ts'
import { claimOf, shownMerges } from '../../functions/build/missed.ts'

const ID = 42
const START = Date.parse('2026-01-01T00:00:00Z')
const sha = (letter: string) => letter.repeat(40)
const at = (day: number) => new Date(START + day * 86_400_000).toISOString()

const commit = (letter: string, day: number, parents: number): Commit => ({
  sha: sha(letter),
  commit: { message: 'm', committer: { date: at(day) } },
  parents: Array.from({ length: parents }, () => ({})),
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
    const found = shownMerges(pulls, commits, ID, 'develop', START)
    assert.equal(
      found.map((merge) => merge.sha),
      letters.map(sha),
    )
  })
shown('keeps the number of a pull request, which its commit does not tell', () => {
  const [found] = shownMerges([pull(7, 'a', 1)], [commit('a', 1, 2)], ID, 'develop', START)
  assert.is(found?.pullRequest, 7)
})
shown.run()

const claim = suite('claimOf')
claim('is what the webhook would have sent', () => {
  assert.equal(claimOf(ID, 'acme/shop', { sha: sha('a'), pullRequest: 7 }), {
    repository_id: ID,
    repository: 'acme/shop',
    sha: sha('a'),
    pull_request: 7,
  })
  assert.not('pull_request' in claimOf(ID, 'acme/shop', { sha: sha('a') }))
})
claim.run()

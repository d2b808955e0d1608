import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { confirm, notAfter } from '../../functions/build/confirm.ts'
import type { Commit, Compare, GitHub, GithubRepository, Pull } from '../../functions/build/github.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { failureOf } from '../support/failure-of.ts'

const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const NOW = Date.parse('2026-11-22T18:00:00Z')
const COMMITTED = Date.parse('2026-11-22T17:58:00Z')
const MERGED = Date.parse('2026-11-22T17:59:00Z')
const iso = (time: number) => new Date(time).toISOString()

type World = {
  repository: GithubRepository | undefined
  commit: Commit | undefined
  pull: Pull | undefined
  listed: Pull[]
  compared: Compare['status'] | undefined
}

const PULL: Pull = {
  number: 7,
  title: 'Faster',
  merged_at: iso(MERGED),
  merge_commit_sha: SHA,
  base: { ref: 'develop', repo: { id: 42 } },
}
const commit = (date: number, parents: number): Commit => ({
  sha: SHA,
  commit: { message: 'Merge', committer: { date: iso(date) } },
  parents: Array.from({ length: parents }, () => ({ sha: SHA })),
})
const WORLD: World = {
  repository: { id: 42, full_name: 'acme/shop', private: false },
  commit: commit(COMMITTED, 2),
  pull: PULL,
  listed: [],
  compared: 'behind',
}

/** A GitHub that knows only this, and says what it was asked. */
function github(world: World, asked: string[] = []): GitHub {
  const answer = <T>(question: string, value: T) => {
    asked.push(question)
    return Promise.resolve(value)
  }
  return {
    repository: (name) => answer(`repository ${name}`, world.repository),
    commit: (_name, ref) => answer(`commit ${ref}`, world.commit),
    pull: (_name, number) => answer(`pull ${number}`, world.pull),
    pullsOf: (_name, sha) => answer(`pulls of ${sha}`, world.listed),
    compare: (_name, base, head) =>
      answer(`${base}...${head}`, world.compared && { status: world.compared, ahead_by: 0, behind_by: 0 }),
    closedPulls: () => assert.unreachable('one merge is asked about, not a list') as never,
    commits: () => assert.unreachable('one merge is asked about, not a list') as never,
    images: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
    tarball: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
    archive: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
    tree: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
    blob: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
    gitlink: () => assert.unreachable('nothing is fetched before it is confirmed') as never,
  }
}
const claim = (change: Partial<MergeRecord> = {}): MergeRecord => ({
  repositoryId: 42,
  sha: SHA,
  repository: 'acme/shop',
  branch: 'develop',
  pullRequest: 7,
  state: 'queued',
  services: [],
  known: [],
  attempt: 0,
  queued: iso(NOW - 1_000),
  ...change,
})
const push = claim({ pullRequest: undefined })
const ask = (world: Partial<World>, of = claim()) => confirm(github({ ...WORLD, ...world }), of, NOW)
const refusal = async (world: Partial<World>, of = claim()) => {
  const { code, message } = await failureOf(() => ask(world, of))
  return [code, message]
}
const SEEN = { repository: 'acme/shop', private: false, title: 'Faster' }
const BARE = { repository: 'acme/shop', private: false, title: 'Merge' }
const NOT_MERGED = ['not_merged', `${SHA} is not merged into develop`]

const pulls = suite('confirm: a pull request')
pulls('is confirmed when GitHub says that it brought the commit into the branch', async () => {
  assert.equal(await ask({}), { ...SEEN, time: MERGED, committed: COMMITTED, pullRequest: 7 })
})
const OTHERS: Record<string, Pull> = {
  'that is not merged': { ...PULL, merged_at: null },
  'into another branch': { ...PULL, base: { ref: 'main', repo: { id: 42 } } },
  'that brought another commit': { ...PULL, merge_commit_sha: SHA.replace('1', '2') },
  'whose commit is not known': { ...PULL, merge_commit_sha: null },
  'of another repository': { ...PULL, base: { ref: 'develop', repo: { id: 43 } } },
}
for (const [title, pull] of Object.entries(OTHERS))
  pulls(`${title} is not`, async () => assert.equal(await refusal({ pull }), NOT_MERGED))
pulls('into any of the branches that its record names is', async () => {
  const of = claim({ branch: 'main develop' })
  assert.equal(await ask({}, of), { ...SEEN, time: MERGED, committed: COMMITTED, pullRequest: 7 })
})
pulls('that GitHub does not show yet is waited for, some minutes', async () => {
  const [code, message] = await refusal({ pull: undefined })
  assert.is(code, 'github_refused')
  assert.match(message ?? '', /does not show pull request 7 \(yet\)/)
  assert.is((await refusal({ pull: undefined }, claim({ queued: iso(NOW - 6 * 60_000) })))[0], 'not_merged')
})
pulls('is dated now where the clocks of GitHub or of the committer are ahead', async () => {
  const ahead = NOW + 60_000
  const found = await ask({ pull: { ...PULL, merged_at: iso(ahead) }, commit: commit(ahead, 2) })
  const dated = { ...SEEN, time: NOW, committed: NOW, pullRequest: 7 }
  assert.equal(found !== 'ignored' && notAfter(found, NOW), dated)
})
pulls('is dated now where the date is none', async () => {
  const found = await ask({ pull: { ...PULL, merged_at: 'yesterday' } })
  assert.is(found !== 'ignored' && found.time, NOW)
})
pulls('may be a squash: a commit with one parent', async () => {
  assert.equal(await ask({ commit: commit(COMMITTED, 1) }), {
    ...SEEN,
    time: MERGED,
    committed: COMMITTED,
    pullRequest: 7,
  })
})
pulls('has the title of its pull request, on one line, its first 200 characters', async () => {
  const title = `a\nb\u202e${'c'.repeat(300)}`
  const found = await ask({ pull: { ...PULL, title } })
  assert.is(found !== 'ignored' && found.title, `a b ${'c'.repeat(196)}`)
})
pulls('tells whether its repository is private', async () => {
  const repository = { id: 42, full_name: 'acme/shop', private: true }
  for (const of of [claim(), push]) {
    const found = await ask({ repository }, of)
    assert.is(found !== 'ignored' && found.private, true)
  }
})
pulls.run()

const pushes = suite('confirm: a push')
pushes('of a commit with one parent, or none, is ignored, and no more is asked', async () => {
  for (const parents of [0, 1]) {
    const asked: string[] = []
    const world = { ...WORLD, commit: commit(COMMITTED, parents) }
    assert.is(await confirm(github(world, asked), push, NOW), 'ignored')
    assert.equal(asked, ['repository acme/shop', `commit ${SHA}`])
  }
})
for (const compared of ['identical', 'behind'] as const)
  pushes(`of a merge that the branch has (${compared}) is confirmed at its committer's time`, async () => {
    assert.equal(await ask({ compared }, push), { ...BARE, time: COMMITTED, committed: COMMITTED })
  })
for (const compared of ['ahead', 'diverged', undefined] as const)
  pushes(`of a merge that the branch does not have (${compared}) is not`, async () => {
    assert.equal(await refusal({ compared }, push), NOT_MERGED)
  })
pushes('is looked for in the branch that it is claimed of, else in the one that brought it', async () => {
  for (const branch of ['main', 'main develop']) {
    const questions: string[] = []
    await confirm(github(WORLD, questions), { ...push, branch }, NOW)
    assert.ok(questions.includes(`main...${SHA}`), questions.join())
  }
  assert.equal(await refusal({ compared: 'ahead' }, { ...push, branch: 'main' }), [
    'not_merged',
    `${SHA} is not merged into main`,
  ])
})
pushes('takes the time of the pull request that GitHub lists for it', async () => {
  const found = await ask({ listed: [{ ...PULL, number: 6, merged_at: null }, PULL] }, push)
  assert.equal(found, { ...SEEN, time: MERGED, committed: COMMITTED, pullRequest: 7 })
})
pushes('does not take the time of one that brought it elsewhere', async () => {
  const elsewhere = { ...PULL, base: { ref: 'main', repo: { id: 42 } } }
  assert.equal(await ask({ listed: [elsewhere] }, push), { ...BARE, time: COMMITTED, committed: COMMITTED })
})
pushes('has the first line of its message for a title', async () => {
  const message = '\n Merge branch x\r\n\nmore'
  const found = await ask(
    { commit: { ...commit(COMMITTED, 2), commit: { message, committer: { date: iso(COMMITTED) } } } },
    push,
  )
  assert.is(found !== 'ignored' && found.title, 'Merge branch x')
})
pushes.run()

const unknown = suite('confirm: what GitHub does not show')
const old = claim({ queued: iso(NOW - 5 * 60_000) })
unknown('refuses a claim for another repository of that name', async () => {
  const repository = { id: 43, full_name: 'acme/shop', private: false }
  assert.equal(await refusal({ repository }), [
    'not_merged',
    'acme/shop is not the repository with the id 42, which this merge was delivered for',
  ])
})
for (const [what, world, sentence] of [
  ['repository', { repository: undefined }, 'GitHub does not show acme/shop'],
  ['commit', { commit: undefined }, `GitHub does not show ${SHA} in acme/shop`],
] as const) {
  unknown(`waits for a ${what} that it may show in a moment`, async () => {
    const failure = await failureOf(() => ask(world))
    assert.equal(
      [failure.code, failure.outcome, failure.message],
      ['github_refused', 'error', `${sentence} (yet)`],
    )
  })
  unknown(`gives up a ${what} that it does not show after five minutes, and names the token`, async () => {
    assert.equal(await refusal(world, old), [
      'not_merged',
      `${sentence}: a private repository needs a github-token that may read it`,
    ])
  })
}
unknown.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../functions/shared/failure.ts'
import { type Decision, decide } from '../../functions/webhook/decide.ts'
import { parseDelivery } from '../../functions/webhook/delivery.ts'
import { changed, closed, push, SHA } from './deliveries.ts'

const rules = { branches: ['develop'], repositories: ['acme/*'] }
const say = (event: string, payload: object) =>
  decide(parseDelivery(event, Buffer.from(JSON.stringify(payload))), rules)
const fork = { ref: 'develop', repo: { id: 8, full_name: 'mallory/shop' } }

const MERGE = { repository_id: 7, repository: 'acme/shop', sha: SHA, branch: 'develop' }
const CHECK: Decision = {
  check: { repository_id: 7, repository: 'acme/shop', sha: SHA, pull_request: 12, check: true },
}

const decisions: [string, string, object, Decision][] = [
  ['builds a merged pull request', 'pull_request', closed(), { merge: { ...MERGE, pull_request: 12 } }],
  ['builds a push', 'push', push(), { merge: MERGE }],
  [
    'says of a ping what will be built',
    'ping',
    { zen: 'Design for failure.' },
    { pong: 'the signature fits; merges into develop will be built' },
  ],
  [
    'ignores a pull request that was closed without a merge, whatever its sha is',
    'pull_request',
    closed({ merged: false, merge_commit_sha: null }),
    { ignored: 'pull request 12 was closed without a merge' },
  ],
  [
    'ignores a merge into another branch',
    'pull_request',
    closed({ base: { ref: 'main', repo: closed().repository } }),
    { ignored: 'pull request 12 was merged into main; only develop is built' },
  ],
  [
    'ignores a base that only looks like the branch',
    'pull_request',
    closed({ base: { ref: 'refs/heads/develop', repo: closed().repository } }),
    { ignored: 'pull request 12 was merged into refs/heads/develop; only develop is built' },
  ],
  [
    'ignores what does not change what a pull request would merge',
    'pull_request',
    { action: 'labeled' },
    { ignored: 'pull_request labeled: only merged pull requests and pushes are built' },
  ],
  ...['opened', 'synchronize', 'reopened', 'ready_for_review'].map(
    (action): [string, string, object, Decision] => [
      `checks a pull request that was ${action}, a fork's too`,
      'pull_request',
      changed(action),
      CHECK,
    ],
  ),
  [
    'checks a pull request that goes into the branch from now on',
    'pull_request',
    changed('edited', {}, { changes: { base: { ref: { from: 'main' }, sha: { from: SHA } } } }),
    CHECK,
  ],
  [
    'ignores another title',
    'pull_request',
    changed('edited', {}, { changes: { title: { from: 'Slow' } } }),
    { ignored: 'pull request 12 was edited; what it would merge is the same' },
  ],
  [
    'ignores a pull request into another branch',
    'pull_request',
    changed('opened', { base: { ref: 'main', repo: closed().repository } }),
    { ignored: 'pull request 12 goes into main; only develop is built' },
  ],
  [
    'ignores a push to another branch',
    'push',
    push({ ref: 'refs/heads/main' }),
    { ignored: 'push to main; only develop is built' },
  ],
  [
    'ignores a tag named as the branch',
    'push',
    push({ ref: 'refs/tags/develop' }),
    { ignored: 'push to refs/tags/develop; only develop is built' },
  ],
  [
    'ignores the deletion of the branch',
    'push',
    push({ deleted: true, after: '0'.repeat(40) }),
    { ignored: 'develop was deleted' },
  ],
  [
    'ignores other events',
    'issues',
    { action: 'opened' },
    { ignored: 'issues: only merged pull requests and pushes are built' },
  ],
]

const refusals: [string, string, object, string, RegExp][] = [
  [
    'a base repository outside of the allow-list',
    'pull_request',
    closed({ base: fork }),
    'not_allowed',
    /mallory\/shop/,
  ],
  [
    'a push from outside of the allow-list',
    'push',
    push({ repository: fork.repo }),
    'not_allowed',
    /mallory/,
  ],
  [
    'a merge without a commit',
    'pull_request',
    closed({ merge_commit_sha: null }),
    'bad_request',
    /merge_commit_sha/,
  ],
  [
    'a short commit',
    'pull_request',
    closed({ merge_commit_sha: '1a2b3c4' }),
    'bad_request',
    /merge_commit_sha/,
  ],
  [
    'an upper-case commit',
    'pull_request',
    closed({ merge_commit_sha: SHA.toUpperCase() }),
    'bad_request',
    /merge_commit_sha/,
  ],
  [
    'a commit that is a name',
    'pull_request',
    closed({ merge_commit_sha: '../HEAD' }),
    'bad_request',
    /merge_commit_sha/,
  ],
  [
    'a pull request without a head',
    'pull_request',
    changed('opened', { head: undefined }),
    'bad_request',
    /\/pull_request\/head\/sha: must be 40/,
  ],
  [
    'a head that is a name',
    'pull_request',
    changed('synchronize', { head: { sha: 'develop' } }),
    'bad_request',
    /\/pull_request\/head\/sha/,
  ],
  [
    'a pull request into a repository outside of the allow-list',
    'pull_request',
    changed('opened', { base: fork }),
    'not_allowed',
    /mallory\/shop/,
  ],
  ['a pull request of nothing', 'pull_request', { action: 'opened' }, 'bad_request', /number|pull_request/],
  [
    'merged as text',
    'pull_request',
    closed({ merged: 'true' }),
    'bad_request',
    /\/pull_request\/merged: must be boolean/,
  ],
  [
    'a repository name that is a path',
    'push',
    push({ repository: { id: 7, full_name: '../../x' } }),
    'bad_request',
    /full_name/,
  ],
  ['a payload without an action', 'pull_request', { number: 1 }, 'bad_request', /action/],
  [
    'a push without a commit',
    'push',
    { ref: 'refs/heads/develop', repository: fork.repo },
    'bad_request',
    /after/,
  ],
]

const deciding = suite('webhook decide')
for (const [title, event, payload, expected] of decisions)
  deciding(title, () => assert.equal(say(event, payload), expected))
deciding('lets in every repository where the allow-list is empty', () => {
  const payload = Buffer.from(JSON.stringify(closed({ base: fork })))
  const open = { branches: ['develop'], repositories: [] }
  assert.ok('merge' in decide(parseDelivery('pull_request', payload), open))
})
deciding('builds each branch that is set, and says which it is', () => {
  const two = { branches: ['develop', 'release/1.x'], repositories: [] }
  const decided = (event: string, payload: object) =>
    decide(parseDelivery(event, Buffer.from(JSON.stringify(payload))), two)
  const into = (ref: string) => ({ base: { ref, repo: closed().repository } })
  const MERGE_THERE = { ...MERGE, branch: 'release/1.x' }
  assert.equal(decided('pull_request', closed(into('release/1.x'))), {
    merge: { ...MERGE_THERE, pull_request: 12 },
  })
  assert.equal(decided('push', push({ ref: 'refs/heads/release/1.x' })), { merge: MERGE_THERE })
  assert.equal(decided('push', push()), { merge: MERGE })
  assert.equal(decided('pull_request', changed('opened', into('release/1.x'))), CHECK)
  assert.equal(decided('push', push({ ref: 'refs/heads/main' })), {
    ignored: 'push to main; only develop or release/1.x is built',
  })
  assert.equal(decided('push', push({ ref: 'refs/heads/release/1.x', deleted: true })), {
    ignored: 'release/1.x was deleted',
  })
  assert.equal(decided('ping', {}), {
    pong: 'the signature fits; merges into develop or release/1.x will be built',
  })
})
deciding('takes the base, not the top of the payload, for what was merged into', () => {
  const payload = { ...closed(), repository: fork.repo }
  assert.equal(say('pull_request', payload), decisions[0]?.[3])
})
deciding.run()

const refusing = suite('webhook decide refuses')
for (const [title, event, payload, code, message] of refusals)
  refusing(title, () => {
    assert.throws(
      () => say(event, payload),
      (error: unknown) => error instanceof Failure && error.code === code && message.test(error.message),
    )
  })
refusing.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import type { Plan } from '../../functions/build/plan.ts'
import { supersede } from '../../functions/build/supersede.ts'
import { openWorks, type Work } from '../../functions/build/works.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Entry } from '../../functions/shared/images.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const config = readConfig({ mutable_tags: '^(latest|dev|1.*-SNAPSHOT)$' })
const works = () => ({ works: openWorks(), config })

type Shop = ReturnType<typeof works>
type Merge = { time?: number; entries?: Partial<Entry>[]; record?: Partial<MergeRecord>; nothing?: boolean }

const begin = ({ works }: Shop, sha: string, { time, record }: Merge): Work =>
  works.begin({
    repositoryId: 1,
    sha,
    repository: 'acme/shop',
    branch: 'develop',
    time,
    state: 'building',
    services: [],
    known: [],
    attempt: 1,
    queued: '2026-11-22T18:00:00Z',
    ...record,
  })
const plansOf = ({ entries = [{}], nothing }: Merge): Plan[] =>
  entries.map((entry) => ({
    verdict: nothing ? 'unchanged' : 'build',
    entry: { service_name: 'web', version: 'dev', type: 'Docker', ...entry },
  })) as Plan[]

const OLDER = 'a'.repeat(40)
const NEWER = 'b'.repeat(40)

/** Two merges that are planned one after the other, the older one first or last. */
function meet(older: Merge, newer: Merge, between: (older: Work, newer: Work) => void, olderFirst: boolean) {
  const shop = works()
  const [a, b] = [
    begin(shop, OLDER, { time: 1_000, ...older }),
    begin(shop, NEWER, { time: 2_000, ...newer }),
  ]
  const steps = [() => supersede(shop, a, plansOf(older)), () => supersede(shop, b, plansOf(newer))]
  const [first, last] = olderFirst ? steps : steps.reverse()
  first?.()
  between(a, b)
  last?.()
  assert.not.ok(b.cancelled.aborted)
  return a.cancelled
}

const superseding = suite('supersede: a merge that waits')
const nothing = () => {}
const both = (entries: Partial<Entry>[]): [Merge, Merge] => [{ entries }, { entries }]

const ENDS: [title: string, older: Merge, newer: Merge][] = [
  ['writes dev, as a newer one does', {}, {}],
  ['has a tag that moves beside it', ...both([{ tags: ['latest'] }])],
  [
    'has the version as its tag',
    { entries: [{ tags: ['latest'] }] },
    { entries: [{ version: 'latest', tags: ['dev'] }] },
  ],
  ['names fewer services', {}, { entries: [{}, { service_name: 'api' }] }],
  ['has a disk that moves, too', ...both([{ type: 'AMI' }])],
  ['has none, where the newer one has', {}, { entries: [{ type: 'AMI' }] }],
  ['meets one that builds nothing', {}, { nothing: true }],
  ['is of one of the branches that the newer one is of', {}, { record: { branch: 'main develop' } }],
]
for (const [title, older, newer] of ENDS)
  superseding(`ends where it ${title}, whichever is planned first`, () => {
    for (const olderFirst of [true, false]) {
      const { aborted, reason } = meet(older, newer, nothing, olderFirst)
      assert.ok(aborted)
      assert.instance(reason, Failure)
      assert.equal(
        [reason.code, reason.state, reason.message],
        ['superseded', 'superseded', 'a newer merge, bbbbbbb, moves the same tags'],
      )
    }
  })

const STAYS: [title: string, older: Merge, newer: Merge][] = [
  ['writes a version that never moves', { entries: [{ version: '1.0.0' }] }, {}],
  ['writes one of its services for ever', ...both([{}, { service_name: 'api', version: '1.0.0' }])],
  ['moves a tag by its numbers', ...both([{ version: '1.4-SNAPSHOT', tags: ['1.4'] }])],
  ['meets one that writes a version', {}, { entries: [{}, { service_name: 'api', version: '1.0.0' }] }],
  ['names a service that the newer one does not', { entries: [{}, { service_name: 'api' }] }, {}],
  [
    'moves another tag of it',
    { entries: [{ version: '1-SNAPSHOT' }] },
    { entries: [{ version: '1.1-SNAPSHOT' }] },
  ],
  ['moves one tag more', { entries: [{ tags: ['latest'] }] }, {}],
  ['has a disk, and the newer one has none', { entries: [{ type: 'AMI' }] }, {}],
  ['is of another branch', { record: { branch: 'main' } }, {}],
  ['has come to a branch that the newer one has not', { record: { branch: 'develop main' } }, {}],
  ['is of another repository', { record: { repositoryId: 2 } }, {}],
  ['has nothing to build', { nothing: true }, {}],
  ['is of the same time', { time: 2_000 }, {}],
  ['is the newer one', { time: 3_000 }, { entries: [{}, { service_name: 'api' }] }],
]
for (const [title, older, newer] of STAYS)
  superseding(`is built where it ${title}, whichever is planned first`, () => {
    for (const olderFirst of [true, false])
      assert.not.ok(meet(older, newer, nothing, olderFirst).aborted, String(olderFirst))
  })
superseding('is built where it has begun', () => {
  const began = (older: Work) => {
    older.waits = false
  }
  assert.not.ok(meet({}, {}, began, true).aborted)
})
superseding('is built where the newer one was cancelled', () => {
  const shop = works()
  const [older, newer] = [begin(shop, OLDER, { time: 1_000 }), begin(shop, NEWER, { time: 2_000 })]
  supersede(shop, newer, plansOf({}))
  newer.cancel(new Failure('cancelled'))
  supersede(shop, older, plansOf({}))
  assert.not.ok(older.cancelled.aborted)
})
for (const state of ['failed', 'error'] as const)
  superseding(`is built where the newer one is ${state} already`, () => {
    const fail = (_older: Work, newer: Work) => {
      newer.record = { ...newer.record, state }
    }
    assert.not.ok(meet({}, {}, fail, false).aborted)
  })
superseding('is built while nothing is known of the newer one but that it was merged', () => {
  const shop = works()
  const older = begin(shop, OLDER, { time: 1_000 })
  begin(shop, NEWER, { time: 2_000 })
  supersede(shop, older, plansOf({}))
  assert.not.ok(older.cancelled.aborted)
})
superseding('ends with all before it that wait, not with what has ended', () => {
  const shop = works()
  const merges = [1, 2, 3, 4].map((time) => begin(shop, `${time}`.repeat(40), { time }))
  const [first, second, third, last] = merges as [Work, Work, Work, Work]
  shop.works.end(second)
  for (const work of [first, third, last]) supersede(shop, work, plansOf({}))
  assert.equal(
    merges.map(({ cancelled }) => cancelled.aborted),
    [true, false, true, false],
  )
})
superseding.run()

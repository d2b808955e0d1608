import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withNotice } from '../../functions/build/ending.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { withRegistry } from './image-in-memory.ts'

const sha = (letter: string) => letter.repeat(40)

/** A merge of one repository; later letters are later merges. */
function merge(letter: string, state: MergeRecord['state'], more: Partial<MergeRecord> = {}): MergeRecord {
  const before = letter === 'a' ? {} : { after: sha(String.fromCharCode(letter.charCodeAt(0) - 1)) }
  return {
    repositoryId: 42,
    sha: sha(letter),
    repository: 'acme/shop',
    branch: 'develop',
    time: 1_795_373_480_000 + letter.charCodeAt(0),
    state,
    services: [],
    known: [],
    attempt: 1,
    queued: '2026-11-22T18:00:00Z',
    finished: '2026-11-22T18:01:00Z',
    ...before,
    ...more,
  }
}

/** What is to be told of `last`, after these were recorded, while it is being published. */
function told(earlier: MergeRecord[], last: MergeRecord, later: MergeRecord[] = []) {
  return async (ledger: Ledger): Promise<string | undefined> => {
    for (const record of [...earlier, { ...last, state: 'building' as const }, ...later])
      await ledger.writeMerge(record)
    const notices = { wanted: async () => true, tell: () => {} }
    return (await withNotice({ ledger, notices } as unknown as Workshop, last)).notice
  }
}

const ending = suite('withNotice')
const failed = (letter: string) => merge(letter, 'failed')
const built = (letter: string, more?: Partial<MergeRecord>) => merge(letter, 'built', more)
for (const [title, look, expected] of [
  ['a first merge is built', told([], built('a')), 'built'],
  ['a merge is built after a built one', told([built('a')], built('b')), 'built'],
  ['a merge fails', told([built('a')], failed('b')), 'failed'],
  ['a merge fails after a failed one', told([failed('a')], failed('b')), 'failed'],
  ['the first one built after a failed one recovers', told([failed('a')], built('b')), 'recovered'],
  ['the second one does not', told([failed('a'), built('b')], built('c')), 'built'],
  [
    'one in error between them does not hide the failure',
    told([failed('a'), merge('b', 'error')], built('c')),
    'recovered',
  ],
  [
    'one that was superseded between them does not hide it, either',
    told([failed('a'), merge('b', 'superseded')], built('c')),
    'recovered',
  ],
  [
    'one that was superseded is no failure',
    told([built('a'), merge('b', 'superseded')], built('c')),
    'built',
  ],
  [
    'one that is not the newest recovers nothing',
    told([failed('a')], built('b'), [merge('c', 'building')]),
    'built',
  ],
  [
    'a failed one that is run again recovers',
    told([built('a')], built('b', { failedBefore: true })),
    'recovered',
  ],
  ['a merge that was never confirmed', told([], { ...failed('a'), time: undefined }), undefined],
  ['a merge that was superseded', told([built('a')], merge('b', 'superseded')), undefined],
  ['a merge in error, which is tried again', told([], merge('a', 'error')), undefined],
] as const)
  ending(
    `${title}: ${expected ?? 'nothing is told'}`,
    withRegistry(async (registry) => assert.is(await look(openLedger(registry)), expected)),
  )
ending(
  'asks the ledger nothing where nobody is to be told',
  withRegistry(async (registry, { calls }) => {
    const notices = { wanted: async () => false, tell: () => {} }
    const shop = { ledger: openLedger(registry), notices } as unknown as Workshop
    const record = built('b')
    assert.is(await withNotice(shop, record), record)
    assert.equal(calls, [])
  }),
)
ending.run()

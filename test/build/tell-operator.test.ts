import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openNotices } from '../../functions/build/tell-operator.ts'
import type { Ledger } from '../../functions/shared/ledger.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import type { SecretName, Secrets } from '../../functions/shared/secrets.ts'
import { startReceiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const DAY_MS = 24 * 3_600_000
/** A merge that ended a minute ago. */
const ENDED = new Date(Date.now() - 60_000).toISOString()

const merge = (more: Partial<MergeRecord> = {}): MergeRecord => ({
  repositoryId: 42,
  sha: 'a'.repeat(40),
  repository: 'acme/shop',
  branch: 'develop',
  time: Date.parse(ENDED),
  state: 'built',
  services: [],
  known: [],
  attempt: 1,
  queued: ENDED,
  finished: ENDED,
  notice: 'built',
  ...more,
})

type Stage = Awaited<ReturnType<typeof open>>

/** Two receivers, a ledger of one record, and clocks that a test may set. */
async function open() {
  const files: Partial<Record<SecretName, string>> = { 'notify-secret': SECRET }
  const find = async (name: SecretName) => files[name]
  const secrets: Secrets = {
    find,
    need: async (name) => String(files[name]),
    rotating: async (name) => [String(files[name])],
  }
  const [first, second] = await Promise.all([startReceiver(() => SECRET), startReceiver(() => SECRET)])
  files['notify-urls'] = `${first.url}\n${second.url}`
  const clock = { uptime: 0 }
  const counts: string[] = []
  const ledger = { record: merge() as MergeRecord | undefined, writes: 0 }
  const writeMerge: Ledger['writeMerge'] = async (record, look) => {
    look?.(ledger.record)
    ledger.record = record
    ledger.writes += 1
  }
  const parts = {
    config: { publicUrl: 'https://ci.example', registryPull: '127.0.0.1:5000' },
    secrets,
    ledger: { writeMerge } as unknown as Ledger,
    count: (result: string) => void counts.push(result),
    now: Date.now,
    uptime: () => clock.uptime,
  }
  // A second process looks at the same ledger.
  const process = () => openNotices(parts, { deadlineMs: 3_000, firstMs: 20 })
  return { files, first, second, clock, counts, ledger, notices: process(), process }
}

const seen = (holds: () => boolean) => until(holds, 'what comes of a notice')

let said = ''
const write = process.stderr.write.bind(process.stderr)

function stage(work: (stage: Stage) => Promise<void>): () => Promise<void> {
  return async () => {
    const opened = await open()
    said = ''
    process.stderr.write = (text) => {
      said += String(text)
      return true
    }
    try {
      await work(opened)
      assert.not.match(said, /s3cretpath|T0P/)
    } finally {
      process.stderr.write = write
      await Promise.all([opened.first.close(), opened.second.close()])
    }
  }
}
const settled = ({ ledger }: Stage) => seen(() => ledger.record?.notice === undefined)

const telling = suite('openNotices')
telling(
  'tells each receiver once, signed, and then takes it out of the record',
  stage(async (here) => {
    here.notices.tell(merge())
    here.notices.tell(merge())
    await settled(here)
    for (const { heard } of [here.first, here.second]) {
      assert.is(heard.length, 1)
      assert.ok(heard[0]?.fits)
      assert.is(heard[0]?.headers['content-type'], 'application/cloudevents+json; charset=utf-8')
      assert.is(heard[0]?.headers['webhook-id'], heard[0]?.event.id)
    }
    assert.equal(here.counts, ['told', 'told'])
    assert.is(here.ledger.writes, 1)
  }),
)
telling(
  'sends what a receiver did not take again, the same event, and not to the other one',
  stage(async (here) => {
    here.first.answer({ status: 500 })
    here.notices.tell(merge())
    await seen(() => here.first.heard.length > 1)
    here.first.answer({ status: 200 })
    await settled(here)
    const ids = here.first.heard.map(({ event }) => event.id)
    assert.is(new Set(ids).size, 1)
    assert.is(new Set(here.first.heard.map(({ body }) => body)).size, 1)
    assert.ok(here.first.heard.every(({ fits }) => fits))
    assert.is(here.second.heard.length, 1)
    assert.is(here.counts.filter((result) => result === 'told').length, 2)
    assert.match(said, /"reason":"127\.0\.0\.1:\d+ \(line 1 of notify-urls\) answered 500"/)
  }),
)
telling(
  'goes on where the process before has ended, and sends the same event',
  stage(async (here) => {
    await here.first.close()
    here.notices.tell(merge())
    await seen(() => here.counts.includes('failed'))
    assert.is(here.ledger.record?.notice, 'built')
    await here.first.open()
    here.process().tell(merge())
    await settled(here)
    await seen(() => here.first.heard.length > 0)
    const all = [...here.first.heard, ...here.second.heard]
    assert.is(new Set(all.map(({ event }) => event.id)).size, 1)
    assert.match(said, /does not answer \(ECONNREFUSED\)/)
  }),
)
for (const [title, manners, sentence] of [
  ['does not answer in time', 'hang', /does not answer \(no answer within 3 s\)/],
  ['refuses', { status: 403 }, /answered 403/],
  [
    'answers with a redirect, which is not followed',
    { status: 307, headers: { location: 'http://127.0.0.1:1/other' } },
    /answered with a redirect, which is not followed: write the address that it leads to/,
  ],
] as const)
  telling(
    `tries again where a receiver ${title}`,
    stage(async (here) => {
      here.first.answer(manners)
      here.notices.tell(merge())
      await seen(() => here.counts.includes('failed') && here.second.heard.length === 1)
      assert.match(said, sentence)
      here.first.answer({ status: 202 })
      await settled(here)
    }),
  )
telling(
  'does not ask again where a receiver says that it is gone',
  stage(async (here) => {
    here.first.answer({ status: 410 })
    here.notices.tell(merge())
    await settled(here)
    assert.is(here.first.heard.length, 1)
    assert.equal([...here.counts].sort(), ['failed', 'told'])
    assert.match(said, /answered 410: it wants no more of this, and is not asked again/)
  }),
)
telling(
  'gives up after a day, by a clock that nobody can set, and says so',
  stage(async (here) => {
    here.first.answer({ status: 503 })
    here.notices.tell(merge())
    await seen(() => here.first.heard.length > 1)
    assert.is(here.ledger.record?.notice, 'built')
    here.clock.uptime = DAY_MS
    await settled(here)
    assert.is(here.counts.at(-1), 'given_up')
    assert.match(said, /"event":"notice_given_up".*"repository":"acme\/shop"/)
  }),
)
telling(
  'leaves the record of a merge that is run again as it is',
  stage(async (here) => {
    here.ledger.record = merge({ state: 'queued', notice: undefined, finished: undefined })
    here.notices.tell(merge())
    await seen(() => here.counts.length === 2)
    assert.is(here.ledger.writes, 0)
  }),
)
telling(
  'sends nothing that it cannot sign, and says what is wrong with the secret',
  stage(async (here) => {
    here.files['notify-secret'] = 'a word'
    here.notices.tell(merge())
    await seen(() => here.counts.length > 2)
    assert.match(said, /notify-secret is not of the form whsec_/)
    assert.not.match(said, /a word/)
    assert.equal([here.first.heard, here.second.heard], [[], []])
    here.files['notify-secret'] = SECRET
    await settled(here)
  }),
)
telling(
  'goes by the URLs of the moment, and owes nobody anything once there are none',
  stage(async (here) => {
    here.first.answer({ status: 500 })
    here.notices.tell(merge())
    await seen(() => here.first.heard.length > 0)
    delete here.files['notify-urls']
    await settled(here)
    assert.is(await here.notices.wanted(), false)
  }),
)
telling(
  'is wanted where there are both, receivers and a secret',
  stage(async ({ notices, files }) => {
    assert.is(await notices.wanted(), true)
    delete files['notify-secret']
    assert.is(await notices.wanted(), false)
  }),
)
telling(
  'has nothing to tell of a record that is owed none',
  stage(async ({ notices, first, counts }) => {
    notices.tell(merge({ notice: undefined }))
    notices.tell(merge({ sha: 'b'.repeat(40) }))
    await seen(() => counts.length === 2)
    assert.is(first.heard.length, 1)
  }),
)
telling.run()

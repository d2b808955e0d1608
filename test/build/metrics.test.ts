import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { openRates, watched } from '../../functions/build/github-rate.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { observed } from '../../functions/build/observed.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Request } from '../../functions/shared/http.ts'
import type { MergeRecord, MergeState } from '../../functions/shared/merge-record.ts'
import { oneEngine } from '../support/engines-of.ts'
import { readMetrics } from '../support/metrics.ts'

const NOW = Date.parse('2026-11-22T18:10:00Z')
const AGE = 'artefacto_oldest_unfinished_merge_age_seconds'
const GET: Request = { method: 'GET', path: '/_/metrics', query: {}, headers: {}, body: Buffer.alloc(0) }

const merge = (
  sha: string,
  minute: number,
  state: MergeState,
  more: Partial<MergeRecord> = {},
): MergeRecord => ({
  repositoryId: 7,
  sha,
  repository: 'acme/shop',
  branch: 'develop',
  time: NOW,
  state,
  services: [{ name: 'web', version: '1.0.0', state: state === 'built' ? 'built' : 'error', build: 'x' }],
  known: ['web'],
  attempt: 1,
  queued: new Date(NOW - minute * 60_000).toISOString(),
  ...more,
})

/** build with nothing but what is counted; `answer` stands for all its other doors. */
function open(answer: () => Promise<never> = () => Promise.reject(new Failure('signature'))) {
  const metrics = openMetrics()
  const works = openWorks()
  const room = { disks: () => ({}) } as Workshop['room']
  const engines = oneEngine({})
  const shop = { config: readConfig({}), metrics, works, room, engines, now: () => NOW } as Workshop
  const receive = observed(shop, answer)
  const shown = async () => readMetrics(String((await receive(GET)).body))
  return { metrics, works, receive, shown }
}

const merges = suite('metrics of merges')
merges('are all 0 where nothing has happened', async () => {
  const { shown } = open()
  const { process_start_time_seconds, process_resident_memory_bytes, ...ours } = await shown()
  assert.ok(process_start_time_seconds && process_resident_memory_bytes)
  const known = { artefacto_build_slots: 2, 'artefacto_engines{state="used"}': 1 }
  assert.equal(Object.fromEntries(Object.entries(ours).filter(([, value]) => value !== 0)), known)
})
merges('tell the age of the oldest, be it in work here or only in the ledger', async () => {
  const { metrics, works, shown } = open()
  metrics.waiting([merge('a', 3, 'error'), merge('b', 2, 'queued')])
  assert.is((await shown())[AGE], 180)
  const work = works.begin(merge('c', 5, 'building'))
  const during = await shown()
  assert.is(during[AGE], 300)
  assert.equal(
    ['queued', 'building', 'publishing', 'error'].map(
      (state) => during[`artefacto_unfinished_merges{state="${state}"}`],
    ),
    [1, 1, 0, 1],
  )
  works.end(work)
  metrics.mergeEnded(merge('c', 5, 'built'), merge('c', 5, 'built'))
  assert.is((await shown())[AGE], 180)
})
merges('count a merge once that is in work and in the ledger', async () => {
  const { metrics, works, shown } = open()
  metrics.waiting([merge('a', 3, 'error')])
  works.begin(merge('a', 3, 'building'))
  const during = await shown()
  assert.is(during['artefacto_unfinished_merges{state="building"}'], 1)
  assert.is(during['artefacto_unfinished_merges{state="error"}'], 0)
})

type Row = [
  title: string,
  record: MergeRecord,
  ended: MergeRecord | 'ignored' | 'left',
  age: number,
  counted: string[],
]
const error = merge('a', 4, 'error', { code: 'engine_down' })
const failed = merge('a', 4, 'failed', { code: 'version_taken' })
const superseded = merge('a', 4, 'superseded', { code: 'superseded' })
const unconfirmed = merge('a', 4, 'failed', { code: 'not_merged', time: undefined, services: [] })
const ROWS: Row[] = [
  [
    'built',
    merge('a', 4, 'built'),
    merge('a', 4, 'built'),
    0,
    ['merges_ended_total{result="built"}', 'services_ended_total{result="built"}'],
  ],
  [
    'failed',
    failed,
    failed,
    0,
    [
      'merges_ended_total{result="failed"}',
      'failures_total{code="version_taken"}',
      'services_ended_total{result="error"}',
    ],
  ],
  [
    'superseded',
    superseded,
    superseded,
    0,
    [
      'merges_ended_total{result="superseded"}',
      'failures_total{code="superseded"}',
      'services_ended_total{result="error"}',
    ],
  ],
  [
    'in error',
    error,
    error,
    240,
    ['failures_total{code="engine_down"}', 'services_ended_total{result="error"}'],
  ],
  [
    'never confirmed',
    unconfirmed,
    unconfirmed,
    0,
    ['merges_ended_total{result="failed"}', 'failures_total{code="not_merged"}'],
  ],
  ['an ordinary push', merge('a', 4, 'queued'), 'ignored', 0, []],
  ["another process's", merge('a', 4, 'building'), 'left', 240, []],
]
for (const [title, record, ended, age, counted] of ROWS)
  merges(`know what ended: ${title}`, async () => {
    const { metrics, shown } = open()
    metrics.mergeEnded(record, ended)
    const after = await shown()
    assert.is(after[AGE], age)
    const counters = Object.entries(after).filter(([name, value]) => name.includes('_total') && value > 0)
    assert.equal(counters.map(([name]) => name.replace('artefacto_', '')).sort(), [...counted].sort())
  })
merges.run()

const calls = suite('metrics of calls')
calls('count what a call failed of, which is answered as ever', async () => {
  const { receive, shown } = open()
  const refused = await receive({ ...GET, path: '/' }).catch((thrown: Failure) => thrown.code)
  assert.is(refused, 'signature')
  assert.is((await shown())['artefacto_failures_total{code="signature"}'], 1)
})
calls('are shown to who asks with GET, and to nobody else', async () => {
  const { receive } = open()
  const refused = await receive({ ...GET, method: 'POST' }).catch((thrown: Failure) => thrown.code)
  assert.is(refused, 'method')
})
calls('know what is left of GitHub’s limit, and when nothing is', async () => {
  const { metrics, shown } = open()
  assert.is((await shown()).artefacto_github_rate_limit_remaining, undefined)
  const headers = { 'x-ratelimit-remaining': '4990', 'x-ratelimit-limit': '5000' }
  const get = watched(async () => ({ headers }) as never, metrics.rates.note)
  await get('/repos/acme/shop', { accept: '' })
  const { artefacto_github_rate_limit_remaining, artefacto_github_rate_limit } = await shown()
  assert.equal([artefacto_github_rate_limit_remaining, artefacto_github_rate_limit], [4990, 5000])
  const limited = watched(() => Promise.reject(new Failure('github_limit')), metrics.rates.note)
  await limited('/x', { accept: '' }).catch(() => {})
  assert.is((await shown()).artefacto_github_rate_limit_remaining, 0)
})
calls('know GitHub’s limit of the account with the least left, until its hour is over', () => {
  let now = 0
  const { note, lowest } = openRates(() => now)
  const headers = (remaining: number, reset: number) => ({
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-limit': '5000',
    'x-ratelimit-reset': String(reset),
  })
  note(headers(40, 60), 'acme')
  note(headers(4000, 90), 'other')
  note({}, 'acme')
  assert.is(lowest()?.remaining, 40)
  now = 60_000
  assert.is(lowest()?.remaining, 4000)
  note({ 'x-ratelimit-remaining': '0' }, 'other')
  assert.equal([lowest()?.remaining, lowest()?.limit], [0, 5000])
  now += 3_600_000
  assert.is(lowest(), undefined)
})
calls('time how long publishing was waited for', async () => {
  const { metrics, shown } = open()
  let uptime = 0
  const lock = async (work: () => Promise<string>) => {
    uptime += 2_000
    return work()
  }
  assert.is(
    await metrics.timed(
      lock,
      () => uptime,
      async () => 'done',
    ),
    'done',
  )
  const after = await shown()
  assert.equal([after.artefacto_publish_wait_seconds_sum, after.artefacto_publish_wait_seconds_count], [2, 1])
})
calls.run()

const names = suite('metrics by Prometheus’ conventions')
names('have the prefix, base units and _total; and nobody’s names', async () => {
  const { metrics, works, receive } = open()
  metrics.waiting([merge('a', 3, 'error')])
  works.begin(merge('c', 5, 'building'))
  const text = String((await receive(GET)).body)
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  assert.ok(types.length > 15)
  for (const [, name = '', type] of types) {
    assert.match(name, /^(?:artefacto|process)_[a-z_]+$/)
    assert.is(name.endsWith('_total'), type === 'counter', name)
    assert.not.match(name, /_(?:ms|milliseconds|minutes|mb|kb)(?:_|$)/)
  }
  assert.not.match(text, /acme|shop|"web"/)
})
names.run()

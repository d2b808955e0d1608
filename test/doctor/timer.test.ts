import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openMetrics } from '../../functions/build/metrics.ts'
import { receiver } from '../../functions/build/receive.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { sign, signedGet } from '../../functions/shared/signature.ts'
import { oneEngine } from '../support/engines-of.ts'
import { nowhere } from './nowhere.ts'

const SECRET = 'a-secret-of-these-tests'

/** A build around which nothing answers, called through its own doors, and the clock that its timer goes by. */
function open() {
  const clock = { uptime: 5_000 }
  const empty = { repositoryIds: async () => [], services: async () => [] }
  const around = nowhere()
  const shop = {
    ...around,
    secrets: { ...around.secrets, rotating: async () => [SECRET] },
    engines: oneEngine({ version: () => new Promise(() => {}) }),
    registry: { repositories: async () => [] },
    ledger: empty,
    works: openWorks(),
    statuses: { retry: () => {} },
    metrics: openMetrics(),
    now: Date.now,
    uptime: () => clock.uptime,
  }
  const receive = receiver(shop as unknown as Workshop)
  const signed = (bytes: string) => ({ 'x-hub-signature-256': sign(SECRET, bytes) })
  return {
    clock,
    catchUp: () => {
      const body = '{"catch_up":true}'
      return receive({ method: 'POST', path: '/', query: {}, headers: signed(body), body: Buffer.from(body) })
    },
    look: async (): Promise<Check[]> => {
      const path = '/_/doctor'
      const headers = signed(signedGet(path, ''))
      const reply = await receive({ method: 'GET', path, query: {}, headers, body: Buffer.alloc(0) })
      assert.is(reply.status, 200)
      return (JSON.parse(String(reply.body)) as { checks: Check[] }).checks
    },
  }
}

const timer = suite('the timer, as the doctor sees it')
const line = (checks: Check[]) => checks.find(({ name }) => name === 'timer')
timer('has time until build has run for three minutes', async () => {
  const { clock, look } = open()
  clock.uptime += 20_000
  assert.equal(line(await look())?.state, 'skipped')
  clock.uptime += 200_000
  const silent = line(await look())
  assert.is(silent?.state, 'warning')
  assert.match(
    silent?.says ?? '',
    /nobody has called the catch-up since the build function was started 220 s ago/,
  )
})
timer('is fine while it calls, and silent when it has stopped', async () => {
  const { clock, catchUp, look } = open()
  await catchUp()
  clock.uptime += 60_000
  assert.is(line(await look())?.says, 'the catch-up was called 60 s ago')
  clock.uptime += 180_000
  const silent = line(await look())
  assert.is(silent?.state, 'warning')
  assert.match(silent?.says ?? '', /was called last 240 s ago, and should be called every minute/)
})
timer.run()

const broken = suite('the doctor where nothing answers')
broken('answers all the same, within the time that a call may take', async () => {
  const checks = await open().look()
  const states = Object.fromEntries(checks.map(({ name, state }) => [name, state]))
  assert.is(states.secrets, 'failed')
  assert.is(states.engine, 'failed')
  assert.match(checks.find(({ name }) => name === 'engine')?.says ?? '', /no answer within 1 s/)
  assert.is(states.registry, 'failed')
  assert.is(states.github, 'failed')
  assert.is(states.clock, 'skipped')
  assert.not(checks.some(({ state, mend }) => (state === 'failed' || state === 'warning') && !mend))
})
broken.run()

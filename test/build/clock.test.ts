import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { receiver } from '../../functions/build/receive.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { sign } from '../../functions/shared/signature.ts'
import { oneEngine } from '../support/engines-of.ts'

const SECRET = 'a-secret-of-these-tests'
const HOUR_MS = 3_600_000

/** A build with an empty ledger, and both its clocks. */
function open() {
  const clock = { now: Date.parse('2026-11-22T12:00:00Z'), uptime: 5_000 }
  const empty = { repositoryIds: async () => [], services: async () => [] }
  const shop = {
    config: readConfig({}),
    secrets: { rotating: async () => [SECRET] },
    access: { identity: async () => undefined },
    registry: { repositories: async () => [] },
    ledger: empty,
    works: openWorks(),
    engines: oneEngine({}),
    statuses: { retry: () => {} },
    metrics: openMetrics(),
    now: () => clock.now,
    uptime: () => clock.uptime,
  }
  const receive = receiver(shop as unknown as Workshop)
  const body = Buffer.from('{"catch_up":true}')
  const headers = { 'x-hub-signature-256': sign(SECRET, body) }
  const catchesUp = async () => {
    const reply = await receive({ method: 'POST', path: '/', query: {}, headers, body })
    return !String(reply.body).includes('less than a minute ago')
  }
  return { clock, catchesUp }
}

const clocks = suite('the catch-up and the clock')
clocks('runs once a minute at most', async () => {
  const { clock, catchesUp } = open()
  assert.ok(await catchesUp())
  clock.uptime += 10_000
  assert.not(await catchesUp())
  clock.uptime += 50_000
  assert.ok(await catchesUp())
})
for (const [way, jump] of [
  ['back', -HOUR_MS],
  ['ahead', HOUR_MS],
] as const)
  clocks(`runs as before when the clock jumps ${way} an hour`, async () => {
    const { clock, catchesUp } = open()
    assert.ok(await catchesUp())
    clock.now += jump
    clock.uptime += 10_000
    assert.not(await catchesUp())
    clock.uptime += 50_000
    assert.ok(await catchesUp())
  })
clocks.run()

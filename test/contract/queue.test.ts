import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Call } from '../local/host/running-host.ts'
import { type Contract, openContract } from './world.ts'

// The source of each fact stands in its title; [run] as in headers.test.ts.
const queue = suite('/async-function/NAME')
let world: Contract
queue.before(async () => {
  world = await openContract()
})
queue.after(() => world.close())
const post = (path: string, call: Call = {}) =>
  world.call(`/async-function/${path}`, { method: 'POST', body: '', ...call })
const key = () => randomUUID()

queue('is 202, empty, and tells the X-Call-Id that the function will see (queue_proxy.go)', async () => {
  const note = key()
  const answer = await post(`probe?note=${note}`)
  assert.equal([answer.status, answer.text], [202, ''])
  assert.match(String(answer.headers['x-call-id']), /^[0-9a-f-]{36}$/)
  const [given] = await world.notes(note, 2)
  assert.is(given?.headers['x-call-id'], answer.headers['x-call-id'])
})
queue(
  'a caller’s X-Call-Id is kept and not echoed (faas gateway/handlers/callid_middleware.go)',
  async () => {
    const note = key()
    const answer = await post(`probe?note=${note}`, { headers: { 'x-call-id': 'mine' } })
    assert.is(answer.headers['x-call-id'], undefined)
    assert.is((await world.notes(note, 2))[0]?.headers['x-call-id'], 'mine')
  },
)
queue('the function gets path, query, headers and bytes (nats-queue-worker main.go; [run])', async () => {
  const note = key()
  const headers = { 'x-hub-signature-256': 'sha256=00', 'content-type': 'application/json' }
  await post(`probe/p%2Fq?x=1&note=${note}`, { body: '{"a":1} ', headers })
  const [given] = await world.notes(note, 2)
  assert.equal([given?.method, given?.path, given?.text, given?.query.x], ['POST', '/p/q', '{"a":1} ', '1'])
  for (const [name, value] of Object.entries(headers)) assert.is(given?.headers[name], value, name)
})
queue('the function’s caller is the worker: X-Forwarded-Host is the gateway’s (main.go; [run])', async () => {
  const note = key()
  await post(`probe?note=${note}`, { headers: { host: 'example.org' } })
  const [given] = await world.notes(note, 2)
  assert.is(given?.headers['x-forwarded-host'], new URL(world.inside).host)
  assert.match(String(given?.headers['x-start-time']), /^\d{19}, \d{19}$/)
})
queue('NAME.openfaas-fn is NAME (nats-queue-worker main.go makeFunctionURL)', async () => {
  const note = key()
  await post(`probe.openfaas-fn?note=${note}`)
  assert.is((await world.notes(note, 2))[0]?.path, '/')
})
queue('works one at a time, in order (nats-queue-worker types.go, MaxInflight 1)', async () => {
  const note = key()
  for (const n of ['a', 'b', 'c']) await post(`probe?note=${note}&sleep=40&n=${n}`)
  const order = (await world.notes(note, 6)).map(({ moment, query }) => `${moment} ${query.n}`)
  assert.equal(order, ['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c'])
})
queue('tries once: 500, 503, a throw and a crash are acknowledged (nats-queue-worker main.go)', async () => {
  const note = key()
  const after = key()
  for (const word of ['status=500', 'status=503', 'throw=x']) await post(`probe?note=${note}&${word}`)
  await post('mortal?exit=1')
  await post(`probe?note=${after}`)
  await world.notes(after, 2)
  assert.is((await world.notes(note, 6)).length, 6)
})
queue('an unknown function is 202 too, and dropped (queue_proxy.go)', async () => {
  const after = key()
  assert.is((await post('nobody')).status, 202)
  await post(`probe?note=${after}`)
  await world.notes(after, 2)
})
for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
  queue(`${method} is 405, empty (faas gateway/main.go)`, async () => {
    const answer = await world.call('/async-function/probe', { method })
    assert.equal([answer.status, answer.text], [405, ''])
  })
}
queue('a body above 256,000 bytes is 500 (nats-queue-worker handler/nats_queue.go)', async () => {
  const answer = await post('probe', { body: Buffer.alloc(256_001) })
  assert.is(answer.status, 500)
  const size = '(256001 bytes), maximum: 256000 bytes'
  assert.is(answer.text, `Error queuing request: request body too large for OpenFaaS CE ${size}\n`)
})
queue('256,000 bytes are 202 (nats_queue.go); never on faasd: above 48 kB its worker dies', async () => {
  if (world.real) return
  const note = key()
  assert.is((await post(`probe?note=${note}`, { body: Buffer.alloc(256_000) })).status, 202)
  assert.is((await world.notes(note, 2))[0]?.length, 256_000)
})
queue.run()

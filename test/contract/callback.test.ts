import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// The source of each fact stands in its title; [run] as in headers.test.ts. The callback goes to the probe, which
// notes it: the queue worker can reach the gateway, wherever the tests are.
const callback = suite('X-Callback-Url')
let world: Contract
callback.before(async () => {
  world = await openContract()
})
callback.after(() => world.close())
const post = (path: string, address: string, headers = {}) =>
  world.call(`/async-function/${path}`, {
    method: 'POST',
    body: '',
    headers: { 'x-callback-url': address, ...headers },
  })
const noting = (note: string, more = '') => `${world.inside}/function/probe/back?note=${note}${more}`

callback('is one POST with the status, the name and the call’s id (main.go postResult)', async () => {
  const note = randomUUID()
  const words = 'answer=text&header=X-Own:1&header=Set-Cookie:a=1&header=Set-Cookie:b=2'
  const { headers } = await post(`probe?${words}`, noting(note))
  const [given] = await world.notes(note, 2)
  assert.equal([given?.method, given?.path, given?.text], ['POST', '/back', 'text'])
  assert.is(given?.headers['x-function-status'], '200')
  assert.is(given?.headers['x-function-name'], 'probe')
  assert.is(given?.headers['x-call-id'], headers['x-call-id'])
  assert.match(String(given?.headers['x-duration-seconds']), /^\d+\.\d{6}$/)
  const { 'x-own': own, 'set-cookie': cookies, 'content-type': type } = given?.headers ?? {}
  assert.equal([own, cookies, type], ['1', ['a=1', 'b=2'], 'text/html; charset=utf-8'])
})
callback('comes on 5xx too, with the answer (main.go; [run])', async () => {
  const note = randomUUID()
  await post('probe?status=503', noting(note))
  const [given] = await world.notes(note, 2)
  assert.is(given?.headers['x-function-status'], '503')
  assert.match(String(given?.text), /"method":"POST"/)
})
callback('comes for a function that is not there: 404 in the gateway’s words ([run])', async () => {
  const note = randomUUID()
  await post('nobody.openfaas-fn', noting(note), { 'x-call-id': 'mine' })
  const [given] = await world.notes(note, 2)
  assert.is(given?.headers['x-function-status'], '404')
  assert.is(given?.headers['x-function-name'], 'nobody.openfaas-fn')
  assert.is(given?.headers['x-call-id'], 'mine')
  assert.match(String(given?.text), /^error finding function nobody\.openfaas-fn: /)
})
callback('is 503 and empty where the gateway closed the connection (main.go; [run])', async () => {
  const note = randomUUID()
  await post('probe/a%2525zz', noting(note))
  const [given] = await world.notes(note, 2)
  assert.equal([given?.headers['x-function-status'], given?.length], ['503', 0])
})
callback('the function sees the header, too (queue_proxy.go; [run])', async () => {
  const note = randomUUID()
  const address = noting(randomUUID())
  await post(`probe?note=${note}`, address)
  assert.is((await world.notes(note, 2))[0]?.headers['x-callback-url'], address)
})
callback('is not tried again, and what it answers is ignored (main.go)', async () => {
  const note = randomUUID()
  const after = randomUUID()
  await post('probe', noting(note, '&status=500'))
  await post('probe', 'http://127.0.0.1:1/')
  await post(`probe?note=${after}`, noting(randomUUID()))
  await world.notes(after, 2)
  assert.is((await world.notes(note, 2)).length, 2)
})
callback('that is no address is 400 (queue_proxy.go getCallbackURLHeader)', async () => {
  assert.is((await post('probe', 'http://%zz')).status, 400)
})
callback.run()

const cut = suite('the cut')
let short: Contract
cut.before(async () => {
  short = await openContract({ cutMs: 400 })
})
cut.after(() => short.close())
// A stock faasd cuts at 60 s ([run]: gateway write_timeout); nobody waits for that here.
cut('closes a synchronous call without an answer, and its work goes on ([run])', async () => {
  if (short.real) return
  const note = randomUUID()
  await short.call(`/function/probe?sleep=800&note=${note}`).then(
    ({ status }) => assert.unreachable(`it was answered ${status}`),
    (error: NodeJS.ErrnoException) => assert.is(error.code, 'ECONNRESET'),
  )
  assert.is((await short.notes(note, 2)).length, 2)
})
cut('is 503 to the callback of a queued one, and the next one runs ([run])', async () => {
  if (short.real) return
  const note = randomUUID()
  const headers = { 'x-callback-url': `${short.inside}/function/probe?note=${note}` }
  await short.call('/async-function/probe?sleep=60000', { method: 'POST', body: '', headers })
  const [given] = await short.notes(note, 2)
  assert.equal([given?.headers['x-function-status'], given?.length], ['503', 0])
})
cut.run()

import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// The source of each fact stands in its title; [run] as in headers.test.ts.
const bodies = suite('methods and bodies')
let world: Contract
bodies.before(async () => {
  world = await openContract()
})
bodies.after(() => world.close())
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
  bodies(`${method} passes with its bytes (faas-provider proxy/proxy.go; [run])`, async () => {
    const body = randomBytes(200_000)
    const given = await world.given('', { method, body })
    assert.equal([given.method, given.body, given.sha256], [method, 'bytes', sha256(body)])
  })
}
for (const method of ['PROPFIND', 'TRACE']) {
  bodies(`${method} is 405, empty (faas-provider proxy/proxy.go)`, async () => {
    const answer = await world.call('/function/probe', { method })
    assert.equal([answer.status, answer.text], [405, ''])
    assert.ok(answer.headers['x-call-id'])
  })
}
bodies('HEAD has Content-Length and no body ([run])', async () => {
  const answer = await world.call('/function/probe?answer=svg', { method: 'HEAD' })
  assert.equal([answer.status, answer.headers['content-length'], answer.text], [200, '48', ''])
})

bodies('no body is undefined (body-parser lib/read.js; [run])', async () => {
  const given = await world.given('')
  assert.equal([given.body, given.length], ['undefined', 0])
})
bodies('an empty POST is empty bytes: the gateway announces its length (body-parser; [run])', async () => {
  const given = await world.given('', { method: 'POST', body: '' })
  assert.equal([given.body, given.length], ['bytes', 0])
})
bodies('with RAW_BODY the bytes are those that were sent, whatever the type (templates node22)', async () => {
  const body = ' {"signed": "é"}\r\n'
  for (const type of [
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain; charset=latin1',
  ]) {
    const given = await world.given('', { method: 'POST', body, headers: { 'content-type': type } })
    assert.equal([given.body, given.sha256], ['bytes', sha256(body)], type)
  }
})
bodies('chunks arrive as one body ([run])', async () => {
  const call = { method: 'POST', body: randomBytes(50_000), headers: { 'transfer-encoding': 'chunked' } }
  assert.is((await world.given('', call)).sha256, sha256(call.body))
})
bodies('gzip is inflated before the handler, the header stays (body-parser; [run])', async () => {
  const headers = { 'content-encoding': 'gzip' }
  const given = await world.given('', { method: 'POST', body: gzipSync('hello'), headers })
  assert.equal([given.text, given.headers['content-encoding']], ['hello', 'gzip'])
})
bodies('an unknown encoding is 415, broken gzip 400 (body-parser)', async () => {
  for (const [encoding, status] of [
    ['rot13', 415],
    ['gzip', 400],
  ] as const) {
    const headers = { 'content-encoding': encoding }
    assert.is((await world.call('/function/probe', { method: 'POST', body: 'x', headers })).status, status)
  }
})
bodies('9 MB pass, more than MAX_RAW_SIZE is 413 (templates node22; [run])', async () => {
  const body = randomBytes(9_000_000)
  assert.is((await world.given('', { method: 'POST', body })).sha256, sha256(body))
  const answer = await world.call('/function/probe', { method: 'POST', body: Buffer.alloc(11_000_000) })
  assert.is(answer.status, 413)
  assert.match(answer.text, /PayloadTooLargeError: request entity too large/)
})
bodies.run()

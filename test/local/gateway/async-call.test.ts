import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../support/until.ts'
import { type StartedGateway, startedGateway } from './started-gateway.ts'

const RECORD = `
  console.log('begin ' + event.query.n)
  await new Promise((resolve) => setTimeout(resolve, 30))
  console.log('end ' + event.query.n + ' ' + event.method + ' ' + event.path + ' ' + event.body
    + ' ' + event.headers['x-call-id'] + ' ' + event.headers['x-callback-url'])
  if (event.query.n === 'exit') process.exit(3)
  context.status(event.query.n === 'bad' ? 500 : 200).succeed('x')
`
const later = suite('/async-function/NAME')
let gateway: StartedGateway
later.before(async () => {
  gateway = await startedGateway({ job: RECORD })
})
later.after(() => gateway.close())
const post = (path: string, body: string | Buffer = '', headers = {}) =>
  gateway.call(`/async-function/${path}`, { method: 'POST', body, headers })
const drained = () => until(() => gateway.queued() === 0, 'an empty queue')

later('is 202 with X-Call-Id and calls the function with body, path and query', async () => {
  const answer = await post('job/p?n=1', 'hello')
  assert.is(answer.status, 202)
  await drained()
  await until(() => gateway.lines.some((line) => line.includes('end 1 POST /p hello')), 'the call')
  const told = gateway.lines.find((line) => line.includes('end 1'))
  assert.ok(told?.includes(String(answer.headers['x-call-id'])))
})
later('works one at a time, in order (platform.md 0.4)', async () => {
  gateway.lines.length = 0
  for (const n of ['a', 'b', 'c']) await post(`job?n=${n}`)
  assert.ok(gateway.queued() > 0)
  await drained()
  await until(() => gateway.lines.length === 6, 'six lines')
  const order = gateway.lines.map((line) => line.split(' ').slice(1, 3).join(' '))
  assert.equal(order, ['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c'])
})
later('tries once: an error or a crash drops the job (platform.md 0.1)', async () => {
  gateway.lines.length = 0
  for (const n of ['bad', 'exit', 'after']) await post(`job?n=${n}`)
  await drained()
  await until(() => gateway.lines.some((line) => line.includes('end after')), 'the job after them')
  for (const n of ['bad', 'exit']) {
    assert.is(gateway.lines.filter((line) => line.includes(`begin ${n}`)).length, 1, n)
  }
})
later('an unknown function is 202 too, and dropped (platform.md 1.1)', async () => {
  assert.is((await post('nobody')).status, 202)
  await drained()
})
later('drops X-Callback-Url of a caller who knows the gateway by another name (faasd.md 3.6)', async () => {
  for (const host of ['gateway.example', 'localhost.example', '127.0.0.1.example:8080', '10.0.0.1:8080']) {
    gateway.lines.length = 0
    await post('job?n=cb', '', { host, 'X-Callback-Url': 'http://127.0.0.1:1/' })
    await until(() => gateway.lines.some((line) => line.includes('end cb')), 'the call')
    assert.ok(gateway.lines.find((line) => line.includes('end cb'))?.endsWith(' undefined'), host)
  }
})
later('a callback whose answer never ends holds the queue for seconds only', async () => {
  const silent = createServer((_, response) => response.writeHead(200).flushHeaders())
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  await post('job?n=silent', '', { 'X-Callback-Url': `http://127.0.0.1:${port}/` })
  await drained()
  silent.closeAllConnections()
  silent.close()
})
later('a body of 256,000 bytes is queued, one more byte is 500 (platform.md 1.1)', async () => {
  assert.is((await post('nobody', Buffer.alloc(256_000))).status, 202)
  const refused = await post('nobody', Buffer.alloc(256_001))
  assert.is(refused.status, 500)
  assert.match(refused.text, /request body too large for OpenFaaS CE \(256001 bytes\)/)
})
later('GET is 405 (faasd.md 4)', async () => {
  assert.is((await gateway.call('/async-function/job')).status, 405)
})
later.run()

import { createServer, type Server } from 'node:http'
import { type AddressInfo, createConnection, type Socket } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { calling } from '../local/host/running-host.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { head, rawRequest } from './raw-request.ts'
import { type Front, runningFront } from './running-front.ts'

const SIGNED = { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` }
const SIGNATURE = `X-Hub-Signature-256: ${SIGNED['X-Hub-Signature-256']}`
const BADGE = '/function/badge/web.svg'

/** The real HAProxy, with the files and rights that faasd gives it, before a gateway that counts. */
const limits = suite('while strangers misbehave')
let gateway: Server
let heard = 0
let front: Front
const strangers: Socket[] = []
limits.before.each(async () => {
  heard = 0
  gateway = createServer((request, response) => {
    heard += 1
    request.resume()
    request.once('end', () => response.end('reached'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => gateway.once('listening', resolve))
  front = await runningFront(`127.0.0.1:${(gateway.address() as AddressInfo).port}`)
})
limits.after.each(async () => {
  for (const stranger of strangers.splice(0)) stranger.destroy()
  await front.stop()
  gateway.closeAllConnections()
  gateway.close()
})

function stranger(text: string): Socket {
  const socket = createConnection({ host: '127.0.0.1', port: front.port })
  socket.on('error', () => {}).resume()
  socket.write(text)
  strangers.push(socket)
  return socket
}

const many = (count: number, text: string) => Array.from({ length: count }, () => stranger(text))
const open = (sockets: Socket[]) => sockets.filter((socket) => !socket.destroyed).length

/** A delivery and a badge get through. */
async function goOn(): Promise<void> {
  const delivery = { method: 'POST', body: 'x'.repeat(24_000), headers: SIGNED }
  const answers = [await calling(front.url, '/function/webhook', delivery), await calling(front.url, BADGE)]
  for (const { status, text } of answers) assert.equal([status, text], [200, 'reached'])
}

limits(
  '500 of them send a line of headers now and then: they are cut off, everybody else goes on',
  async () => {
    const slow = many(500, head(`GET ${BADGE}`).slice(0, -2))
    await until(() => slow.every((socket) => !socket.connecting), 'their connections')
    let rounds = 0
    await until(async () => {
      for (const socket of slow) if (!socket.destroyed) socket.write('X-Slow: yes\r\n')
      await goOn()
      rounds += 1
      return open(slow) === 0
    }, 'their end')
    assert.is(heard, 2 * rounds, 'the gateway has heard of none of them')
  },
)

limits('500 of them send half a body: the gateway does not hear of it', async () => {
  const slow = many(500, `${head('POST /function/webhook', 'Content-Length: 60000', SIGNATURE)}half`)
  await until(() => slow.every((socket) => !socket.connecting), 'their connections')
  for (let round = 0; round < 10; round += 1) await goOn()
  assert.is(heard, 20)
  await until(() => open(slow) === 0, 'their end')
  assert.is(heard, 20)
})

limits('large bodies that do not come take their own two slots', async () => {
  many(20, head('POST /function/webhook', 'Content-Length: 9000000', SIGNATURE))
  await until(() => heard >= 2, 'the first two')
  for (let round = 0; round < 10; round += 1) await goOn()
  assert.is(heard, 22, 'a third large body is at the gateway')
})

limits('more connections than there is room for are closed at once, and leave room', async () => {
  const idle = many(900, '')
  await until(() => open(idle) <= 641, 'the end of those above')
  for (const socket of idle.slice(0, 300)) socket.destroy()
  await until(
    () =>
      goOn().then(
        () => true,
        () => false,
      ),
    'room',
  )
})

limits('a flood of badges is held at 500 in ten seconds, and deliveries are none of them', async () => {
  let passed = 0
  await until(async () => {
    const flood = Array.from({ length: 50 }, () => rawRequest(front.port, head(`GET ${BADGE}`)))
    const statuses = (await Promise.all(flood)).map(({ status }) => status)
    passed += statuses.filter((status) => status === 200).length
    return statuses.every((status) => status === 429)
  }, 'too many requests')
  assert.ok(passed >= 500, String(passed))
  const delivery = await calling(front.url, '/function/webhook', {
    method: 'POST',
    body: 'x',
    headers: SIGNED,
  })
  assert.is(delivery.status, 200)
})

limits('open live logs have a room of their own, and badges theirs', async () => {
  const asking = head('GET /function/badge/web/builds/1700000000000-0a0b0c0d0e0f/live?from=1')
  for (let round = 0; round < 12; round += 1) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => rawRequest(front.port, asking)))
    assert.ok(answers.every(({ status }) => status === 200))
  }
})

limits('50 calls without a signature in ten seconds use up what is theirs', async () => {
  let passed = 0
  await until(async () => {
    const { status } = await calling(front.url, '/function/build', { method: 'POST', body: '{}' })
    if (status === 200) passed += 1
    return status === 429
  }, 'too many requests')
  assert.ok(passed >= 50, String(passed))
  await goOn()
})

const down = suite('without a gateway')
down('it says 503 soon, and goes on when the gateway is there', async () => {
  const port = await freePort()
  front = await runningFront(`127.0.0.1:${port}`)
  await until(async () => (await calling(front.url, '/healthz')).status === 503, 'a check')
  const answer = await calling(front.url, BADGE)
  assert.equal([answer.status, answer.text], [503, 'not available; try again in a moment\n'])
  const late = createServer((_, response) => response.end('reached')).listen(port, '127.0.0.1')
  await until(async () => (await calling(front.url, '/healthz')).status === 200, 'another check')
  assert.is((await calling(front.url, BADGE)).text, 'reached')
  await front.stop()
  late.closeAllConnections()
  late.close()
})

limits.run()
down.run()

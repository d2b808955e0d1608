import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { roundTrip } from '../../faasd/watch/round-trip.ts'
import { type Gateway, startGateway } from '../../local/gateway/gateway.ts'
import { compiledHost } from '../local/host/compiled-host.ts'
import { handlerFolder } from '../local/host/handler-folder.ts'
import { passingFolder } from '../local/host/passing-folder.ts'

const SECRET = 'between the functions'
const faasd = passingFolder()
const secrets = passingFolder()
writeFileSync(join(secrets, 'payload-secret'), SECRET)

const host = compiledHost()
const hangs = handlerFolder('await new Promise(() => {})')

const trip = suite<{ gateway: Gateway }>('roundTrip')
trip.before.each(async (context) => {
  const env = { RAW_BODY: 'true', secret_mount_path: secrets }
  const badge = join(import.meta.dirname, '../../dist/badge')
  context.gateway = await startGateway({
    port: 0,
    functions: () => [
      { name: 'badge', dir: badge, env, host },
      { name: 'hangs', dir: hangs, env, host },
    ],
    adminPassword: () => 'open',
  })
})
trip.after.each(async ({ gateway }) => gateway.close())
const travel = (gateway: string, waitMs = 20_000, payloadSecret = SECRET, bridge = '127.0.0.1') =>
  roundTrip({ gateway, bridge, faasd, payloadSecret, waitMs })

trip('comes back with the 204 that badge gives for a signed hint', async ({ gateway }) => {
  assert.equal(await travel(gateway.url), { is: 'answered', status: 204 })
})
trip(
  'comes back with 401 where the secrets are not the same: the queue works all the same',
  async ({ gateway }) => {
    assert.equal(await travel(gateway.url, 20_000, 'another'), { is: 'answered', status: 401 })
  },
)
trip('is missed behind a job that does not end, though the gateway answers 202', async ({ gateway }) => {
  const queued = await fetch(`${gateway.url}/async-function/hangs`, { method: 'POST' })
  assert.is(queued.status, 202)
  const { is } = await travel(gateway.url, 500)
  assert.is(is, 'missed')
})
trip('teaches nothing where the gateway or the bridge is not there', async ({ gateway }) => {
  const closed = await travel('http://127.0.0.1:1')
  assert.equal(closed, { is: 'unknown', how: 'the gateway refuses connections' })
  const { is } = await travel(gateway.url, 20_000, SECRET, '192.0.2.1')
  assert.is(is, 'unknown')
})
trip('takes no callback at another path', async () => {
  let forged: Promise<number> | undefined
  const server = createServer((request, response) => {
    const callback = new URL(String(request.headers['x-callback-url']))
    assert.match(callback.pathname, /^\/[0-9a-f]{64}$/)
    const expected = createHmac('sha256', SECRET).update('{"services":["artefacto-watch"]}').digest('hex')
    assert.is(request.headers['x-hub-signature-256'], `sha256=${expected}`)
    const headers = { 'X-Function-Status': '204' }
    forged = fetch(new URL('/guessed', callback), { method: 'POST', headers }).then(({ status }) => status)
    forged.finally(() => response.writeHead(202).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { is } = await travel(`http://127.0.0.1:${port}`, 300)
  server.close()
  assert.equal([is, await forged], ['missed', 404])
})
trip.run()

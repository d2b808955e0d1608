import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BOX } from '../../faasd/box.ts'
import type { Answer } from '../../faasd/watch/ask.ts'
import { lookAtCore, runningTasks } from '../../faasd/watch/core-services.ts'
import { low, lowDisks } from '../../faasd/watch/disk.ts'
import { lookAtDoors } from '../../faasd/watch/door.ts'
import { lookAtFunction } from '../../faasd/watch/functions.ts'
import { line } from '../../faasd/watch/line.ts'
import type { Places } from '../../faasd/watch/places.ts'
import { lastSent, lastSentBy } from '../../faasd/watch/queue-monitor.ts'
import { unitState } from '../../faasd/watch/units.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { passingFolder } from '../local/host/passing-folder.ts'

const open: Server[] = []
async function at(server: Server): Promise<string> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}
const answering =
  (status: number): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end()

const doors = suite('lookAtDoors')
const ca = await makeAuthority(new Date())
const leaf = await makeLeaf(ca, ['127.0.0.1'], new Date())
const registryAt = (status: number) => at(createTlsServer(leaf, answering(status)))
async function looks(places: Partial<Places>, box: Partial<typeof BOX>): Promise<Record<string, string>> {
  const secrets = { payloadSecret: 'x', webhookSecret: 'x', registryCa: ca.cert }
  const all = { gateway: 'http://127.0.0.1:1', registry: '127.0.0.1:1' }
  const found = await lookAtDoors({ ...secrets, ...places, box: { ...BOX, ...all, ...box } })
  return Object.fromEntries(
    found.map(([name, look]) => [name, `${look.is} ${'how' in look ? look.how : ''}`.trim()]),
  )
}
const hangUp = () => at(createServer((request) => void request.socket.destroy()))
const registryTable: [title: string, door: () => Promise<string>, expected: RegExp][] = [
  ['asks for a password: well', () => registryAt(401), /^well$/],
  ['is open to all: odd', () => registryAt(200), /^odd asks nobody for a password/],
  ['fails: silent', () => registryAt(503), /^silent answers 503$/],
  ['refuses: gone', async () => '127.0.0.1:1', /^gone refuses connections$/],
  ['hangs up: silent', hangUp, /^silent /],
]
for (const [title, door, expected] of registryTable)
  doors(`a registry that ${title}`, async () => {
    assert.match((await looks({}, { registry: await door() }))['the registry'] ?? '', expected)
  })
doors('a registry with a certificate of another CA is odd, and not restarted', async () => {
  const { cert } = await makeAuthority(new Date())
  const found = await looks({ registryCa: cert }, { registry: await registryAt(401) })
  assert.match(found['the registry'] ?? '', /^odd shows a certificate that secrets\/registry-ca does not/)
})
doors('a gateway is well with 200 only', async () => {
  const gateway = async (status: number) => ({
    gateway: `http://${await at(createServer(answering(status)))}`,
  })
  assert.is((await looks({}, await gateway(200)))['the gateway'], 'well')
  assert.is((await looks({}, await gateway(503)))['the gateway'], 'silent answers 503')
})
doors('a front proxy is well with any answer, with TLS too, and on all addresses', async () => {
  const portOf = (address: string) => Number(address.split(':')[1])
  const plain = { host: '0.0.0.0', port: portOf(await at(createServer(answering(404)))), tls: false }
  assert.is((await looks({ front: plain }, {}))['the front proxy'], 'well')
  const tls = { host: '127.0.0.1', port: portOf(await registryAt(403)), tls: true }
  const found = await looks({ front: tls, pullPort: tls.port }, {})
  assert.equal([found['the front proxy'], found['the port for pulling']], ['well', 'well'])
  assert.equal(Object.keys(await looks({}, {})), ['the gateway', 'the registry'], 'what is not named')
})
doors.after(() => {
  for (const server of open) server.close()
})
doors.run()

const trying = suite('lookAtFunction')
const ours = (status: number) => ({ status, body: '{"error":"registry_down","message":"no registry"}' })
const functionTable: [title: string, answers: Answer[], expected: string, calls: number][] = [
  ['200', [{ status: 200, body: '' }], 'well', 1],
  ['a cold start: 500 twice', [500, 500, 200].map((status) => ({ status, body: '' })), 'well', 3],
  ['500 three times', Array(3).fill({ status: 500, body: '' }), 'gone answers 500', 3],
  [
    '404 of the gateway',
    Array(3).fill({ status: 404, body: 'error finding function build.openfaas-fn: x' }),
    'gone answers 404, as if it were not deployed',
    3,
  ],
  ['a 503 of its own', [ours(503)], 'odd answers 503 (no registry)', 1],
  ['a 500 of its own', [ours(500)], 'odd answers 500 (no registry)', 1],
  [
    'a signature refused',
    [ours(401)],
    'odd refuses our signature: its secret is not the one in the state folder',
    1,
  ],
]
for (const [title, answers, expected, calls] of functionTable)
  trying(`${title}: ${expected}`, async () => {
    let asked = 0
    const look = await lookAtFunction(async () => answers[asked++] as Answer, [200])
    assert.equal([`${look.is} ${'how' in look ? look.how : ''}`.trim(), asked], [expected, calls])
  })
trying('no answer is odd: a redeploy would end what is being built', async () => {
  const look = await lookAtFunction(
    () => Promise.reject(Object.assign(new Error(), { code: 'ABORT_ERR' })),
    [],
  )
  assert.equal(look, { is: 'odd', how: 'gives no answer within 10 s' })
})
trying.run()

const units = suite('unitState')
const active = (since: number) =>
  `Id=faasd.service\nActiveState=active\nActiveEnterTimestampMonotonic=${since}\n`
const unitTable: [title: string, block: string, expected: string][] = [
  ['up for a minute', active(40_000_000), 'running'],
  ['up for 59 s', active(41_000_000), 'settling'],
  ['between two tries', 'ActiveState=activating', 'settling'],
  ['on its way down', 'ActiveState=deactivating', 'settling'],
  ['failed', 'ActiveState=failed', 'failed'],
  ['stopped', 'ActiveState=inactive', 'stopped'],
  ['unknown to systemd', '', 'stopped'],
]
for (const [title, block, expected] of unitTable)
  units(`${title}: ${expected}`, () => assert.is(unitState(block, 100_000), expected))
units.run()

const core = suite('lookAtCore')
core('takes only RUNNING tasks', () => {
  const table = 'TASK     PID     STATUS    \nnats     11      RUNNING\ngateway  12      STOPPED\n'
  assert.equal([...runningTasks(table)], ['nats'])
})
core('says that it cannot look where there is no ctr', async () => {
  const path = process.env.PATH
  process.env.PATH = passingFolder()
  assert.equal(await lookAtCore('/nowhere'), { unknown: 'ctr is not installed' })
  process.env.PATH = path
})
core.run()

const monitor = suite('lastSent')
const CHANNEL = {
  name: 'faas-request',
  subscriptions: [{ last_sent: 41 }, { last_sent: 40, is_offline: true }],
}
monitor('is the newest message that a subscriber was given', async () => {
  let asked: string | undefined
  const server = createServer((request, response) => {
    asked = request.url
    response.end(JSON.stringify(CHANNEL))
  })
  assert.is(await lastSentBy(`http://${await at(server)}`), 41)
  assert.is(asked, '/streaming/channelsz?channel=faas-request&subs=1')
  server.close()
})
monitor('is unknown where NATS does not tell', async () => {
  assert.is(await lastSentBy('http://127.0.0.1:1'), undefined)
  const faasd = passingFolder()
  assert.is(await lastSent(faasd), undefined)
  writeFileSync(join(faasd, 'hosts'), '127.0.0.1\tlocalhost\n')
  assert.is(await lastSent(faasd), undefined)
})
monitor.run()

const disk = suite('low')
const GIB = 1024 ** 3
const diskTable: [free: number, total: number, expected: boolean][] = [
  [3 * GIB, 100 * GIB, false],
  [GIB, 100 * GIB, true],
  [GIB, 8 * GIB, false],
  [0, 8 * GIB, true],
]
for (const [freeBytes, totalBytes, expected] of diskTable)
  disk(`${freeBytes / GIB} of ${totalBytes / GIB} GiB: ${expected}`, () => {
    assert.is(low({ freeBytes, totalBytes }) !== undefined, expected)
  })
disk('says what to do', () => {
  assert.match(
    low({ freeBytes: GIB / 2, totalBytes: 100 * GIB }) ?? '',
    /^has 512 MiB left of .*docker builder/,
  )
})
disk('minds no path that is not there', async () => assert.equal(await lowDisks(['/nowhere/at/all']), []))
disk.run()

const lines = suite('line')
lines('is one line below 1 kB, whatever is in it', () => {
  assert.is(line('a\r\nb\u0007\u2028c\u001b[31m'), 'a b c [31m')
  const long = line('ü'.repeat(5000))
  assert.ok(Buffer.byteLength(long) < 1000)
  assert.match(long, /ü…$|…$/)
})
lines.run()

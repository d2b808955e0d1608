import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lookAtBox } from '../../doctor/faasd.ts'
import { lookAtFunctions } from '../../doctor/functions.ts'
import { findPlace } from '../../doctor/place.ts'
import type { Check } from '../../functions/shared/check.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { type WatchBox, watchBox } from '../faasd/watch-box.ts'

const box = suite<{ box: WatchBox; path: string | undefined }>('the doctor on a faasd box')
box.before.each(async (context) => {
  context.box = await watchBox()
  context.path = process.env.PATH
  process.env.PATH = `${context.box.bin}:${context.path}`
  context.box.script('systemctl', 'echo active')
  context.box.remember({ lastRun: Date.now(), lastWell: Date.now() })
})
box.after.each(async ({ box, path }) => {
  process.env.PATH = path
  await box.close()
})

const placeOf = ({ state }: WatchBox) =>
  findPlace({ state, gateway: undefined, secrets: undefined, json: false, help: false }, '/')
async function look(at: WatchBox): Promise<Map<string, Check>> {
  const places = placeOf(at).box
  assert.ok(places)
  return new Map((await lookAtBox(places)).map((check) => [check.name, check]))
}

box('finds all well', async ({ box }) => {
  const checks = await look(box)
  assert.equal([...checks.keys()], ['watcher', 'front proxy', 'ports'])
  assert.equal(
    [...checks.values()].map(({ state }) => state),
    ['ok', 'ok', 'ok'],
  )
})
box('knows the gateway, its password and the secrets of the box', ({ box }) => {
  const { kind, password, secrets } = placeOf(box)
  assert.equal([kind, password, secrets], ['faasd', 'password-of-the-gateway', join(box.state, 'secrets')])
})
box('finds the timer off', async ({ box }) => {
  box.script('systemctl', 'echo inactive; exit 3')
  const found = (await look(box)).get('watcher')
  assert.equal([found?.state, found?.says], ['failed', 'artefacto-watch.timer is inactive'])
})
box('finds a watcher that looks no more, or never has', async ({ box }) => {
  box.later(5)
  assert.match((await look(box)).get('watcher')?.says ?? '', /looked last at \S+ \S+ UTC, not every minute/)
  box.remember({})
  assert.match((await look(box)).get('watcher')?.says ?? '', /has never looked/)
})
box('finds the front proxy gone', async ({ box }) => {
  writeFileSync(
    join(box.state, 'settings.json'),
    JSON.stringify({ front: { host: '127.0.0.1', port: 1, tls: false }, box: { registry: '127.0.0.1:1' } }),
  )
  const found = (await look(box)).get('front proxy')
  assert.equal([found?.state, found?.says], ['failed', 'the front proxy refuses connections'])
})
box("finds the front proxy's certificate about to end", async ({ box }) => {
  const ca = await makeAuthority(new Date())
  const leaf = await makeLeaf(ca, ['127.0.0.1'], new Date(Date.now() - 805 * 86_400_000))
  const front = createServer(leaf, (_, response) => void response.end())
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const { port } = front.address() as AddressInfo
  writeFileSync(
    join(box.state, 'settings.json'),
    JSON.stringify({ front: { host: '127.0.0.1', port, tls: true }, box: { registry: '127.0.0.1:1' } }),
  )
  const found = (await look(box)).get('front certificate')
  assert.is(found?.state, 'warning')
  assert.match(found?.says ?? '', /ends in (?:19|20) days/)
  front.closeAllConnections()
  front.close()
})
box('finds port 8081 open', async ({ box }) => {
  box.script('iptables', 'exit 1')
  const found = (await look(box)).get('ports')
  assert.equal(
    [found?.state, found?.says],
    ['failed', 'iptables leaves port 8081 of faasd-provider open to everybody'],
  )
})
const withAmi = ({ state, script }: WatchBox) => {
  const path = join(state, 'settings.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ami: true }))
  script('ctr', `printf 'TASK PID STATUS\\nartefacto-ami ${process.pid} RUNNING\\n'`)
}
box('finds the service ami with a network, and limits that are not its own', async ({ box }) => {
  withAmi(box)
  box.script('nsenter', 'exit 1')
  const found = (await look(box)).get('ami held')
  assert.equal([found?.state, found?.fault], ['failed', 'ami_loose'])
  assert.is(found?.says, 'artefacto-ami is not held: a network, memory, processes')
})
box('cannot tell where the network of the service ami cannot be looked at', async ({ box }) => {
  withAmi(box)
  box.script('nsenter', 'echo "nsenter: failed to execute iptables" >&2; exit 127')
  const found = (await look(box)).get('ami held')
  assert.equal(
    [found?.state, found?.says],
    ['skipped', 'it cannot be looked at: nsenter: failed to execute iptables'],
  )
})
box('has no line for a service ami that is not there, or does not run: build says so', async ({ box }) => {
  assert.is((await look(box)).get('ami held'), undefined)
  withAmi(box)
  box.script('ctr', 'echo "TASK PID STATUS"')
  assert.is((await look(box)).get('ami held'), undefined)
})
box('finds functions that are not deployed, or not ready', async ({ box }) => {
  const deployed = (names: object[]) =>
    box.withGateway((_, response) => void response.end(JSON.stringify(names)))
  const two = [{ name: 'webhook', availableReplicas: 1 }, { name: 'build' }]
  await deployed(two)
  assert.match((await lookAtFunctions(placeOf(box))).says, /^not deployed: badge$/)
  await deployed([...two, { name: 'badge', availableReplicas: 1 }])
  assert.match((await lookAtFunctions(placeOf(box))).says, /^not ready: build$/)
})
box.run()

const nowhere = suite('the doctor where nothing runs')
nowhere('says what to do', () => {
  const options = { state: '/nowhere', gateway: undefined, secrets: undefined, json: false, help: false }
  assert.throws(
    () => findPlace(options, '/'),
    /Nothing of artefacto runs with \/nowhere: npm start, or name it/,
  )
})
nowhere.run()

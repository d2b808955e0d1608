import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Disks, spaceOf } from '../../functions/build/room.ts'
import { passingFolder } from '../local/host/passing-folder.ts'
import { runWatcher, type WatchBox, watchBox } from './watch-box.ts'

const CATCH_UP = 'build: build was called: {"catch_up":true}'
const watching = suite<{ box: WatchBox }>('watch')
watching.before.each(async (context) => {
  context.box = await watchBox()
})
watching.after.each(async ({ box }) => box.close())

watching('says and does nothing but the catch-up when all is well', async ({ box }) => {
  assert.equal(await box.run(), { code: 0, said: '' })
  assert.equal(box.calls(), [])
  assert.equal(box.lines.filter((line) => line === CATCH_UP).length, 1)
  // A queue that is slow, because all of this machine is, answers the next run.
  for (let run = 0; box.memory().queue.answered === null && run < 5; run += 1)
    assert.equal(await box.run(), { code: 0, said: '' })
  const { lastRun, lastWell, queue } = box.memory()
  assert.is(lastWell, lastRun)
  assert.is(queue.answered, lastRun)
})
watching('deploys a function that is not there, once in two minutes', async ({ box }) => {
  await box.withFunctions({}, ['webhook'])
  const { code, said } = await box.run()
  assert.is(code, 0)
  assert.is(said, 'the function webhook answers 404, as if it were not deployed: deploying it again\n')
  const [login = '', deploy = '', ...rest] = box.calls()
  assert.match(login, /^faas-cli login --username admin --password-stdin --gateway http:\/\/127/)
  assert.match(deploy, /^faas-cli deploy -f \S+\/stack.yml --filter webhook --read-template=false --gateway/)
  assert.equal(rest, [])
  await box.run()
  assert.equal(box.calls(), [])
  box.later(2)
  await box.run()
  assert.is(box.calls().length, 2)
})
watching('restarts faasd for a core service that is gone, not twice within 5 minutes', async ({ box }) => {
  box.tasks(['nats', 'prometheus', 'gateway', 'queue-worker', 'artefacto-front'])
  assert.is((await box.run()).said, 'artefacto-registry is not running: restarting faasd\n')
  assert.equal(box.calls(), ['systemctl restart faasd'])
  const { said } = await box.run()
  assert.match(said, /^artefacto-registry is not running; faasd was restarted lately.* UTC\n$/)
  assert.equal(box.calls(), [])
  assert.is((await box.run()).said, '', 'the same note is not said every minute')
  box.later(6)
  await box.run()
  assert.equal(box.calls(), ['systemctl restart faasd'])
  assert.equal(
    box.memory().done.map(({ what }: { what: string }) => what),
    Array(2).fill('artefacto-registry is not running: restarting faasd'),
  )
})
watching('restarts faasd after the second miss of the queue, then moves the store aside', async ({ box }) => {
  await box.run()
  const gateway = await box.withFunctions({ hangs: 'await new Promise(() => {})' })
  await fetch(`${gateway}/async-function/hangs`, { method: 'POST' })
  box.later(1)
  assert.equal(await box.run(), { code: 0, said: '' })
  assert.equal(box.calls(), [])

  await box.withGateway((request, response) => {
    response.writeHead(request.url?.startsWith('/async-function/') ? 500 : 200).end()
  })
  const refusal = 'the queue is dead: the gateway refuses to queue a call (500)'
  box.later(1)
  assert.is((await box.run()).said, `${refusal}: restarting faasd\n`)
  assert.equal(box.calls(), ['systemctl restart faasd'])
  box.later(6)
  await box.run()
  box.later(1)
  const { said } = await box.run()
  assert.equal(box.calls(), ['systemctl stop faasd', 'systemctl start faasd'])
  const moved = /moving the queue's store nats to (nats\.poisoned-\d{8}T\d{6}Z) /.exec(said)?.[1] ?? said
  assert.ok(existsSync(join(box.faasd, moved, 'poison')))
  assert.not(existsSync(join(box.faasd, 'nats')))

  box.later(11)
  await box.run()
  box.later(1)
  await box.run()
  assert.equal(box.calls(), ['systemctl restart faasd'], 'a store is moved aside once')
})
watching('leaves faasd alone in its first minute: a look at a port could close it', async ({ box }) => {
  const justNow = Number(process.hrtime.bigint() / 1000n) - 5_000_000
  const settling = `ActiveState=active\nActiveEnterTimestampMonotonic=${justNow}\n`
  const provider = 'Id=faasd-provider.service\nActiveState=active\nActiveEnterTimestampMonotonic=1\n'
  box.units(`Id=faasd.service\n${settling}\n${provider}`)
  box.tasks([])
  assert.equal(await box.run(), { code: 0, said: '' })
  assert.equal(box.calls(), [])
  assert.not(box.lines.includes(CATCH_UP))
})
watching('tells build what room the disks of engine and registry have', async ({ box }) => {
  mkdirSync(join(box.state, 'registry'))
  const engine = createServer(
    (_, response) => void response.end(JSON.stringify({ DockerRootDir: box.state })),
  )
  await once(engine.listen(join(box.state, 'docker.sock')), 'listening')
  assert.equal(await box.run(), { code: 0, said: '' })
  engine.close()
  const told = box.lines.find((line) => line.includes('catch_up'))?.replace(/^.*?(?=\{)/, '') ?? '{}'
  const { engine: ofEngine, registry } = (JSON.parse(told) as { disks: Disks }).disks
  assert.equal(ofEngine?.total, spaceOf(box.state)?.total)
  assert.ok(registry && registry.free > 0 && registry.total === ofEngine?.total)
})
watching('does nothing while an installer works, and does not mind one that has died', async ({ box }) => {
  box.tasks([])
  writeFileSync(join(box.state, 'install.lock'), String(process.pid))
  assert.equal(await box.run(), { code: 0, said: '' })
  assert.not(box.lines.includes(CATCH_UP))
  assert.not(existsSync(join(box.state, 'watch.json')))
  writeFileSync(join(box.state, 'install.lock'), '999999999')
  await box.run()
  assert.ok(box.lines.includes(CATCH_UP))
})
watching('closes the port of faasd-provider where a firewall leaves it open', async ({ box }) => {
  box.script('iptables', '[ "$3" != -C ]')
  const { said } = await box.run()
  assert.is(said, 'port 8081 of faasd-provider was open to everybody: closed it with iptables\n')
  assert.equal(box.calls(), [
    'iptables -w 3 -I INPUT -p tcp --dport 8081 ! -i lo ! -s 10.62.0.0/16 -m comment --comment artefacto -j DROP',
  ])
})
watching('says what it could not do, and remembers it', async ({ box }) => {
  box.tasks(['nats'])
  box.script('systemctl', 'if [ "$1" = show ]; then cat units; else echo "no bus" >&2; exit 4; fi')
  const { said, code } = await box.run()
  assert.is(code, 0)
  assert.match(said, /: restarting faasd\nthat failed: systemctl restart faasd ended with 4: no bus\n$/)
  assert.match(box.memory().done[0].failed, /no bus/)
})
watching('starts what a run that was cut off had stopped', async ({ box }) => {
  await box.run()
  writeFileSync(join(box.state, 'watch.json'), JSON.stringify({ ...box.memory(), moving: true }))
  box.units('Id=faasd.service\nActiveState=inactive\n\nId=faasd-provider.service\nActiveState=active\n')
  await box.run()
  assert.equal(box.calls(), ['systemctl stop faasd', 'systemctl start faasd'])
  assert.is(readdirSync(box.faasd).filter((name) => name.startsWith('nats.poisoned-')).length, 1)
  assert.is(box.memory().moving, false)
})
watching('names a secret that is missing, and ends with 1', async ({ box }) => {
  rmSync(join(box.state, 'secrets/payload-secret'))
  const { code, said } = await box.run()
  assert.is(code, 1)
  const path = join(box.state, 'secrets/payload-secret')
  assert.is(said, `the watcher cannot work: the secret ${path} is missing or empty: run the installer\n`)
})
watching.run()

const folders = suite('watch in the wrong folder')
folders('names the folder, and ends with 1', async () => {
  const folder = passingFolder()
  const { code, said } = await runWatcher([folder])
  assert.is(code, 1)
  assert.is(said.split('\n').length, 2)
  assert.match(said, `the watcher cannot work: ${folder} is no state folder of artefacto`)
})
folders('takes the folder that it lies in when none is named', async () => {
  const { code, said } = await runWatcher([])
  assert.is(code, 1)
  assert.match(said, 'is no state folder of artefacto')
})
folders.run()

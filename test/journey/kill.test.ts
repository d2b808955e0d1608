import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../support/free-port.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { startRegistryProxy } from '../support/registry-proxy.ts'

const kill = suite('a build process that is killed')
let world: Journey
let proxy: Awaited<ReturnType<typeof startRegistryProxy>>
kill.before(async () => {
  const proxyPort = await freePort()
  let port = 0
  world = await openJourney(({ registryPort }) => {
    port = registryPort
    return { build: { registry_url: `https://127.0.0.1:${proxyPort}` } }
  })
  proxy = await startRegistryProxy(world.state, port, proxyPort)
})
kill.after(async () => {
  proxy.close()
  await world.close()
})

/** Kills `build` with SIGKILL when it sends a request to the registry that fits. */
async function killAt(match: RegExp): Promise<void> {
  await proxy.hold(match)
  const pid = world.stack.gateway.pid('build')
  assert.ok(pid)
  process.kill(pid, 'SIGKILL')
  proxy.release()
}

kill('between two publications is rolled forward by the next one', async () => {
  const killed = killAt(/^PUT \/v2\/api\/manifests\/1\.0\.0/)
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.0.0', api: '1.0.0' }), ...service('web', 'w1'), ...service('api', 'a1') },
  })
  await killed
  const half = await world.ledger.merge(await world.id(), sha)
  assert.is(half?.state, 'publishing')
  assert.is(await world.registry.head('api', '1.0.0'), undefined)
  const staged = half?.services.find(({ name }) => name === 'api')?.digest
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  assert.is(record.attempt, 1, 'nothing was built a second time')
  assert.is(await world.registry.head('api', '1.0.0'), staged)
  await world.badge('web', '1.0.0')
  await world.badge('api', '1.0.0')
  // Emptied after the merge's record says that it is built.
  await world.until('an empty staging', async () => (await world.registry.tags('staging/api')).length === 0)
  const log = await fetch(`${world.gateway}/function/badge/api/builds/${record.services[1]?.build}.log`)
  assert.match(await log.text(), /COPY content/, 'the log of the finished build is kept')
})

kill('while a service is being built is taken up and counted', async () => {
  const killed = killAt(/^GET \/v2\/staging\/web\/manifests\/sha256:/)
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.1.0', api: '1.0.0' }), ...service('web', 'w2') },
  })
  await killed
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  assert.is(record.attempt, 2)
  await world.badge('web', '1.1.0')
})

kill.run()

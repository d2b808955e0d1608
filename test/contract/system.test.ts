import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// What faas-cli list, describe, invoke, logs and version ask for, by its source (proxy/*.go, commands/*.go).
const system = suite('/system')
let world: Contract
system.before(async () => {
  world = await openContract()
  // The embedded gateway counts a replica when it listens; a call waits for that.
  for (const name of ['probe', 'mortal']) await world.call(`/function/${name}`)
})
system.after(() => world.close())
const asked = async (path: string) => {
  const answer = await world.call(path, { headers: world.admin })
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  return JSON.parse(answer.text)
}

for (const path of ['/system/functions', '/system/function/probe', '/system/info', '/system/namespaces']) {
  system(`${path} is 401 without the password (faas-provider auth/basic_auth.go)`, async () => {
    const answer = await world.call(path)
    assert.equal([answer.status, answer.text.trim()], [401, 'invalid credentials'])
    assert.is(answer.headers['www-authenticate'], 'Basic realm="Restricted"')
  })
}
system('list: name, replicas, invocations, image, time (faas-cli commands/list.go)', async () => {
  const probe = (await asked('/system/functions')).find(({ name }: { name: string }) => name === 'probe')
  assert.equal([probe.namespace, probe.replicas, typeof probe.image], ['openfaas-fn', 1, 'string'])
  // Go leaves out what is 0.
  assert.type(probe.invocationCount ?? 0, 'number')
  assert.ok(Date.parse(probe.createdAt) <= Date.now())
})
system('describe: one function, ready; 404 for another (faas-cli commands/describe.go)', async () => {
  const probe = await asked('/system/function/probe?namespace=openfaas-fn&usage=1')
  assert.equal([probe.name, probe.availableReplicas], ['probe', 1])
  assert.is((await world.call('/system/function/nobody', { headers: world.admin })).status, 404)
})
system('version: gateway and provider (faas-cli commands/version.go)', async () => {
  const { provider, version, arch } = await asked('/system/info')
  assert.equal([typeof provider.provider, typeof provider.orchestration], ['string', 'string'])
  assert.equal(
    [typeof version.release, typeof provider.version.release, typeof arch],
    ['string', 'string', 'string'],
  )
})
system('the namespace is openfaas-fn (faasd pkg/provider/handlers/namespaces.go)', async () => {
  assert.ok((await asked('/system/namespaces')).includes('openfaas-fn'))
})
system('/healthz asks for no password and is 200 (faas gateway/main.go)', async () => {
  assert.is((await world.call('/healthz')).status, 200)
})
system.run()

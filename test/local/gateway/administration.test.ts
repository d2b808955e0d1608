import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../../support/until.ts'
import { type StartedGateway, startedGateway } from './started-gateway.ts'

const ADMIN = { authorization: `Basic ${Buffer.from('admin:open').toString('base64')}` }
const admin = suite('/system')
let gateway: StartedGateway
admin.before(async () => {
  gateway = await startedGateway({ badge: "context.succeed('x')", build: "context.succeed('x')" })
  await until(async () => (await gateway.call('/healthz')).status === 200, 'healthy functions')
})
admin.after(() => gateway.close())
const get = async (path: string) => JSON.parse((await gateway.call(path, { headers: ADMIN })).text)

for (const path of ['/system/functions', '/system/function/badge', '/system/info', '/system/namespaces']) {
  admin(`${path} asks for the password (faas-provider, basic_auth.go)`, async () => {
    const answer = await gateway.call(path)
    assert.equal([answer.status, answer.text], [401, 'invalid credentials\n'])
    assert.is(answer.headers['www-authenticate'], 'Basic realm="Restricted"')
    assert.is((await gateway.call(path, { headers: ADMIN })).status, 200)
  })
}
admin('lists what faas-cli list reads (faas-provider, FunctionStatus)', async () => {
  await gateway.call('/function/badge')
  const [badge, build] = await get('/system/functions')
  assert.equal([badge.name, build.name], ['badge', 'build'])
  assert.equal([badge.invocationCount, build.invocationCount], [1, 0])
  assert.equal([badge.replicas, badge.availableReplicas, badge.namespace], [1, 1, 'openfaas-fn'])
  assert.equal(badge.labels, { part: 'badge' })
  assert.ok(Date.parse(badge.createdAt) <= Date.now())
})
admin('tells one function, and 404 for another', async () => {
  assert.is((await get('/system/function/build')).name, 'build')
  assert.is((await gateway.call('/system/function/nobody', { headers: ADMIN })).status, 404)
})
admin('tells the namespace and who it is', async () => {
  assert.equal(await get('/system/namespaces'), ['openfaas-fn'])
  assert.is((await get('/system/info')).provider.provider, 'artefacto')
})
admin('offers nothing that changes functions, and says where to look instead', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const answer = await gateway.call('/system/functions', { method, headers: ADMIN })
    assert.is(answer.status, 501)
    assert.match(answer.text, /functions\.log of the state folder/)
  }
})
admin('a path with .. is sent to the clean one (faasd.md 4)', async () => {
  const answer = await gateway.call('/system/../function/badge?x=1')
  assert.equal([answer.status, answer.headers.location], [301, '/function/badge?x=1'])
})
admin('/ says what this is', async () => {
  assert.match((await gateway.call('/')).text, /OpenFaaS's HTTP contract/)
})
admin.run()

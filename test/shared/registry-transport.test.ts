import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type RegistryCall, registryTransport } from '../../functions/shared/registry-transport.ts'
import { type SecretName, secretsIn } from '../../functions/shared/secrets.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { htpasswdWith } from '../../registry/password.ts'
import { failureOf } from '../support/failure-of.ts'
import { freePort } from '../support/free-port.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'

const LIST: RegistryCall = { method: 'GET', path: 'web/tags/list' }

const transport = suite('registryTransport')
const test = hasRegistry ? transport : transport.skip
let real: RealRegistry
let folder: string
const set = (name: SecretName, text: string) => writeFileSync(join(folder, name), text)
const perform = (url = real.url) => registryTransport(url, secretsIn(folder))

transport.before(async () => {
  if (hasRegistry) real = await startRealRegistry()
})
transport.before.each(() => {
  if (!hasRegistry) return
  folder = mkdtempSync(join(tmpdir(), 'transport-secrets-'))
  cpSync(real.state.secrets, folder, { recursive: true })
})
transport.after.each(() => {
  if (hasRegistry) rmSync(folder, { recursive: true })
})
transport.after(async () => {
  await real?.stop()
})

test('gives answers of every status as they are', async () => {
  assert.is((await perform()('web', { method: 'GET', path: '' })).status, 200)
  const { status, headers, body } = await perform()('web', LIST)
  assert.is(status, 404)
  assert.match(String(headers['content-type']), 'application/json')
  assert.is(JSON.parse(body.toString()).errors[0].code, 'NAME_UNKNOWN')
})
test('takes a path with the /v2/ that the registry’s own addresses have', async () =>
  assert.is((await perform()('web', { method: 'GET', path: '/v2/_catalog' })).status, 200))
test('names a wrong password, and does not show it', async () => {
  set('registry-password', 'guess-me')
  const { code, message } = await failureOf(perform()('web', LIST))
  assert.is(code, 'registry_error')
  assert.is(message, 'the registry refused the password of registry-user (HTTP 401)')
})
test('names the secret that is missing', async () => {
  for (const name of ['registry-user', 'registry-password'] as const) {
    set(name, '\n')
    const { code, message } = await failureOf(perform()('web', LIST))
    assert.equal([code, message], ['secret_missing', `the secret ${name} is missing or empty`])
    cpSync(join(real.state.secrets, name), join(folder, name))
  }
})
test('does not speak to a registry that no known CA vouches for', async () => {
  rmSync(join(folder, 'registry-ca'))
  const { code, message } = await failureOf(perform()('web', LIST))
  assert.is(code, 'registry_down')
  assert.match(message, 'the registry does not answer (UNABLE_TO_VERIFY_LEAF_SIGNATURE)')
})
test('does not speak to a registry that another CA of the same name vouches for', async () => {
  set('registry-ca', (await makeAuthority(new Date())).cert)
  const { code } = await failureOf(perform()('web', LIST))
  assert.is(code, 'registry_down')
})
test('does not speak to a registry whose certificate is for another name', async () => {
  const [key, cert] = ['ca.key', 'ca.crt'].map((name) => readFileSync(join(real.state.certs, name), 'utf8'))
  const leaf = await makeLeaf({ key: String(key), cert: String(cert) }, ['registry.example'], new Date())
  let asked = 0
  const server = createServer(leaf, () => {
    asked += 1
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { code, message } = await failureOf(perform(`https://127.0.0.1:${port}`)('web', LIST))
  server.close()
  assert.equal([code, asked], ['registry_down', 0])
  assert.match(message, '(ERR_TLS_CERT_ALTNAME_INVALID)')
})
test('keeps a connection, and ends it before a server would that keeps its own for five seconds', async () => {
  const [key, cert] = ['ca.key', 'ca.crt'].map((name) => readFileSync(join(real.state.certs, name), 'utf8'))
  const leaf = await makeLeaf({ key: String(key), cert: String(cert) }, ['127.0.0.1'], new Date())
  const connections: TLSSocket[] = []
  const server = createServer({ ...leaf, keepAliveTimeout: 60_000 }, (_, response) => response.end('{}'))
    .on('secureConnection', (socket) => connections.push(socket))
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = perform(`https://127.0.0.1:${port}`)
  for (let asked = 0; asked < 2; asked += 1) await ask('web', LIST)
  const asked = performance.now()
  await once(connections[0] as TLSSocket, 'close', { signal: AbortSignal.timeout(10_000) }).finally(() => {
    server.closeAllConnections()
    server.close()
  })
  assert.is(connections.length, 1)
  assert.ok(performance.now() - asked < 5_000)
})
test('says so when nobody listens', async () => {
  const { code, message } = await failureOf(perform(`https://127.0.0.1:${await freePort()}`)('web', LIST))
  assert.equal([code, message], ['registry_down', 'the registry does not answer (ECONNREFUSED)'])
})
test('asks no proxy of the environment', async () => {
  process.env.https_proxy = 'http://127.0.0.1:1'
  const { status } = await perform()('web', LIST).finally(() => {
    delete process.env.https_proxy
  })
  assert.is(status, 404)
})

test('takes a rotated password at once, where an old one is remembered', async () => {
  const call = perform()
  assert.is((await call('web', LIST)).status, 404)
  const htpasswd = join(real.state.folder, 'htpasswd')
  writeFileSync(htpasswd, await htpasswdWith('', 'someone', 'new-password'))
  // The registry reads the file again when its time of change moves, and files of one moment share theirs.
  utimesSync(htpasswd, new Date(), new Date(Date.now() + 5000))
  assert.is((await failureOf(call('web', LIST))).code, 'registry_error')
  set('registry-user', 'someone')
  set('registry-password', 'new-password\n')
  assert.is((await call('web', LIST)).status, 404)
  assert.is((await call('api', LIST)).status, 404)
})
test('takes a rotated CA at once, and trusts the old one no more', async () => {
  set('registry-user', 'someone')
  set('registry-password', 'new-password')
  const call = perform()
  assert.is((await call('web', LIST)).status, 404)
  set('registry-ca', (await makeAuthority(new Date())).cert)
  assert.is((await failureOf(call('web', LIST))).code, 'registry_down')
  cpSync(join(real.state.secrets, 'registry-ca'), join(folder, 'registry-ca'))
  assert.is((await call('web', LIST)).status, 404)
})
transport.run()

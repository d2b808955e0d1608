import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type RegistryCall, registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState, type State } from '../../local/state.ts'
import { failureOf } from '../support/failure-of.ts'
import { startTokenRegistry, type TokenRegistry } from './token-registry.ts'

/** https://distribution.github.io/distribution/spec/auth/token/ */
const LIST: RegistryCall = { method: 'GET', path: 'web/tags/list' }

const tokens = suite('registryTransport with a token service')
let state: State
let server: TokenRegistry
const perform = () => registryTransport(server.url, secretsIn(state.secrets))

tokens.before(async () => {
  state = openState(mkdtempSync(join(tmpdir(), 'transport-token-')))
  await makeSecrets(state)
})
tokens.before.each(async () => {
  server = await startTokenRegistry(state)
})
tokens.after.each(() => server.close())
tokens.after(() => {
  state.close()
  rmSync(state.folder, { recursive: true })
})

tokens(
  'asks for a token as the challenge says, with the password, and shows it to the registry',
  async () => {
    assert.is((await perform()('web', LIST)).status, 200)
    const read = (name: string) => readFileSync(join(state.secrets, name), 'utf8').trim()
    const basic = Buffer.from(`${read('registry-user')}:${read('registry-password')}`).toString('base64')
    assert.equal(server.questions, [
      {
        query: { service: 'a registry', scope: 'repository:web:pull,push,delete' },
        authorization: `Basic ${basic}`,
      },
    ])
    assert.equal(server.authorizations, ['', 'Bearer first'])
  },
)
tokens('asks for the scope that the registry names', async () => {
  server.challenge.scope = 'registry:catalog:*'
  await perform()('catalog', { method: 'GET', path: '_catalog' })
  assert.is(server.questions[0]?.query.scope, 'registry:catalog:*')
})
tokens('takes a token by its OAuth name, too', async () => {
  server.grant = 'access_token'
  assert.is((await perform()('web', LIST)).status, 200)
})
tokens('keeps a token for its repository, and asks for one for another', async () => {
  const call = perform()
  for (const repository of ['web', 'web', 'api']) assert.is((await call(repository, LIST)).status, 200)
  const scopes = server.questions.map(({ query }) => query.scope)
  assert.equal(scopes, ['repository:web:pull,push,delete', 'repository:api:pull,push,delete'])
})
tokens('asks for a new one when a token has run out', async () => {
  const call = perform()
  await call('web', LIST)
  server.token = 'second'
  assert.is((await call('web', LIST)).status, 200)
  assert.equal(server.authorizations, ['', 'Bearer first', 'Bearer first', 'Bearer second'])
})
tokens('gives up when the registry does not take the token', async () => {
  server.grant = 'nothing'
  const { code, message } = await failureOf(perform()('web', LIST))
  assert.is(code, 'registry_error')
  assert.match(message, 'refused the password of registry-user (HTTP 401)')
  assert.is(server.questions.length, 1)
})
tokens('gives no password to a token service without TLS', async () => {
  let asked = 0
  const plain = createServer((_, response) => {
    asked += 1
    response.end('{"token":"first"}')
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  server.challenge.realm = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/token`
  const failure = await failureOf(perform()('web', LIST))
  plain.close()
  plain.closeAllConnections()
  assert.equal(
    [failure.code, failure.message, asked],
    ['registry_error', "the registry's token service must be https", 0],
  )
})
tokens('fails where the challenge has no address', async () => {
  server.challenge.realm = ''
  assert.is((await failureOf(perform()('web', LIST))).outcome, 'error')
})
tokens.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { type Grants, openGrants } from '../../functions/build/grants.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { failureOf } from '../support/failure-of.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }
const NPM = 'npm_0123456789'
const SECRETS = JSON.stringify({ npm: NPM, pin: '123', constructor: 'abcdef', lines: 'a\nbc' })
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') })
const LOGINS = JSON.stringify({
  auths: {
    'registry.example:5000': auth('puller:pass:word'),
    'https://index.docker.io/v1/': auth('hub:token'),
    'helped.example': {},
  },
  credsStore: 'pass',
})

/** What is given to `acme/shop`; a secret that is not said is missing. */
function given(
  env: Record<string, string>,
  entry: Partial<Entry> = {},
  secrets: Record<string, string> = { 'build-secrets': SECRETS, 'base-registries': LOGINS },
): Promise<Grants> {
  const none = secretsIn('/nowhere')
  const need: typeof none.need = async (name) => secrets[name] ?? none.need(name)
  return openGrants(readConfig(env), { ...none, need })('acme/shop', { ...WEB, ...entry } as Entry)
}
async function refused(...what: Parameters<typeof given>): Promise<[string, string]> {
  const { code, message } = await failureOf(() => given(...what))
  return [code, message]
}

const secrets = suite('build secrets')
secrets('are not even looked for where images.json names none', async () => {
  const { secrets: found } = await given({ build_secrets: 'acme/shop:npm' }, {}, {})
  assert.is(found.size, 0)
})
for (const env of ['acme/shop:npm', 'Acme/*:npm', 'other/one:npm, ACME/shop:npm'])
  secrets(`are those of images.json alone, with build_secrets=${env}`, async () => {
    const { secrets: found } = await given({ build_secrets: env }, { secrets: ['npm'] })
    assert.equal([...found], [['npm', NPM]])
  })
for (const env of ['', 'acme/shop:npm2', 'acme/shopping:npm', 'other/*:npm', 'acme/shop:NPM'])
  secrets(`are refused by name with build_secrets=${env}`, async () => {
    assert.equal(await refused({ build_secrets: env }, { secrets: ['npm'] }), [
      'secret_refused',
      'web: the secret npm is not allowed to acme/shop; ask the operator (build_secrets)',
    ])
  })
secrets('are refused together where one of them is', async () => {
  const [, says] = await refused({ build_secrets: 'acme/shop:npm' }, { secrets: ['npm', 'pip'] })
  assert.is(says, 'web: the secret pip is not allowed to acme/shop; ask the operator (build_secrets)')
})
for (const name of ['pip', '__proto__', 'toString'])
  secrets(`${name}, which nobody has written down, is missing by name`, async () => {
    assert.equal(await refused({ build_secrets: `acme/shop:${name}` }, { secrets: [name] }), [
      'secret_refused',
      `web: there is no secret ${name} in build-secrets; ask the operator`,
    ])
  })
secrets('may be called like what every object has', async () => {
  const { secrets: found } = await given(
    { build_secrets: 'acme/*:constructor' },
    { secrets: ['constructor'] },
  )
  assert.is(found.get('constructor'), 'abcdef')
})
for (const name of ['pin', 'lines'])
  secrets(`${name}, which no mask could hide, is refused without its value`, async () => {
    assert.equal(await refused({ build_secrets: `acme/*:${name}` }, { secrets: [name] }), [
      'secret_refused',
      `web: the secret ${name} is shorter than 4 characters and could not be kept out of logs; ask the operator`,
    ])
  })
for (const text of [`npm=${NPM}`, `["${NPM}"]`, `{"npm": ["${NPM}"]}`, SECRETS.slice(0, 30), 'null'])
  secrets(`that cannot be read are waited for, and not shown: ${text.slice(0, 8)}`, async () => {
    assert.equal(
      await refused({ build_secrets: 'acme/*:npm' }, { secrets: ['npm'] }, { 'build-secrets': text }),
      ['secret_missing', 'the secret build-secrets is not a JSON object of texts'],
    )
  })
secrets('that are not there at all are waited for', async () => {
  assert.equal(await refused({ build_secrets: 'acme/*:npm' }, { secrets: ['npm'] }, {}), [
    'secret_missing',
    'the secret build-secrets is missing or empty',
  ])
})
secrets.run()

const bases = suite('passwords for base images')
bases('are not even looked for where the repository may use none', async () => {
  const found = await given({ base_registries: 'other/one:registry.example:5000' }, {}, {})
  assert.equal([found.logins.size, found.closed], [0, ['registry.example:5000']])
})
bases('are given for the hosts that the repository may use, and the others are closed to it', async () => {
  const env = { base_registries: 'acme/*:Registry.Example:5000 other/one:docker.io other/two:docker.io' }
  const { logins, closed } = await given(env)
  assert.equal([...logins], [['registry.example:5000', { username: 'puller', password: 'pass:word' }]])
  assert.equal(closed, ['docker.io'])
})
for (const name of ['docker.io', 'index.docker.io', 'https://index.docker.io/v1/'])
  bases(`know Docker Hub as ${name}`, async () => {
    const { logins } = await given({ base_registries: `acme/shop:${name}` })
    assert.equal([...logins], [['docker.io', { username: 'hub', password: 'token' }]])
  })
for (const host of ['ghcr.io', 'helped.example', 'registry.example'])
  bases(`that are not written down for ${host} are waited for`, async () => {
    assert.equal(await refused({ base_registries: `acme/shop:${host}` }), [
      'secret_missing',
      `the secret base-registries has no "auth" for ${host}, which base_registries names`,
    ])
  })
for (const text of ['{"auths": {"ghcr.io": {"auth": "c2Vj', '{}', '{"auths": {"ghcr.io": null}}', 'c2Vj'])
  bases(`that cannot be read are waited for, and not shown: ${text.slice(0, 12)}`, async () => {
    assert.equal(await refused({ base_registries: 'acme/*:ghcr.io' }, {}, { 'base-registries': text }), [
      'secret_missing',
      'the secret base-registries is not JSON as in ~/.docker/config.json',
    ])
  })
bases.run()

const settings = suite('a list of grants')
for (const text of ['npm', 'acme:npm', 'acme/shop', 'acme/shop:', '/shop:npm', 'acme/a/b:npm'])
  settings(`refuses ${text}`, () => {
    assert.throws(() => readConfig({ build_secrets: text }), `build_secrets=${text}: write owner/repo:NAME`)
  })
settings.run()

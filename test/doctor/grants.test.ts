import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { checkGrants } from '../../functions/build/doctor/grants.ts'
import { openHeard } from '../../functions/build/doctor/heard.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { Failure } from '../../functions/shared/failure.ts'

const SECRETS = '{"npm": "npm_0123456789", "pip": "pip_0123456789"}'
const LOGINS = `{"auths": {"registry.example": {"auth": "${Buffer.from('puller:s3cret').toString('base64')}"}}}`

async function look(env: Record<string, string>, secrets: Record<string, string> = {}): Promise<Check[]> {
  const shop = {
    config: readConfig(env),
    secrets: {
      need: async (name: string) => {
        if (secrets[name] === undefined)
          throw new Failure('secret_missing', `the secret ${name} is missing or empty`)
        return secrets[name]
      },
    },
  }
  const checks = await checkGrants(
    shop as unknown as Workshop,
    new AbortController().signal,
    openHeard(() => 0),
  )
  return [checks].flat()
}
const shown = (checks: Check[]) => checks.map(({ state, says, fault }) => [state, fault, says])

const grants = suite('what builds may use, as the doctor sees it')
grants('is no line where the operator lets them use nothing', async () => {
  assert.equal(await look({}, { 'build-secrets': SECRETS }), [])
})
grants('is there, by name and never with a value', async () => {
  const env = { build_secrets: 'acme/a:npm acme/*:npm b/c:pip', base_registries: 'acme/*:registry.example' }
  const checks = await look(env, { 'build-secrets': SECRETS, 'base-registries': LOGINS })
  assert.equal(shown(checks), [
    ['ok', undefined, 'npm, pip: there, for the builds that may use it'],
    ['ok', undefined, 'registry.example: there, for the builds that may use it'],
  ])
})
grants('lacks what is named and not there', async () => {
  const env = { build_secrets: 'acme/a:npm acme/a:gem', base_registries: 'acme/*:ghcr.io' }
  const checks = await look(env, { 'build-secrets': SECRETS, 'base-registries': LOGINS })
  assert.equal(shown(checks), [
    ['failed', 'build_secrets', 'builds may use what is not there: gem'],
    ['failed', 'base_registries', 'builds may use what is not there: ghcr.io'],
  ])
})
grants('cannot be read, or is missing as a whole', async () => {
  const env = { build_secrets: 'acme/a:npm', base_registries: 'acme/*:ghcr.io' }
  assert.equal(shown(await look(env, { 'build-secrets': 'npm=x' })), [
    ['failed', 'build_secrets', 'the secret build-secrets is not a JSON object of texts'],
    ['failed', 'base_registries', 'the secret base-registries is missing or empty'],
  ])
})
grants.run()

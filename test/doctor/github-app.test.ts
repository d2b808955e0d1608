import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { checkGitHub } from '../../functions/build/doctor/github.ts'
import { openAccess } from '../../functions/build/github-access.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { GitHubApp, LocalGitHub } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { appKeys, appOf } from '../support/github-app.ts'

const { publicKey, privateKey } = appKeys()

type Stage = {
  hub: LocalGitHub
  app: GitHubApp
  held: Record<string, string | undefined>
  /** What the doctor says, by the name of its line: state, sentence and what mends it. */
  look: (settings?: Record<string, string>) => Promise<Record<string, Pick<Check, 'state' | 'says' | 'mend'>>>
}

/** A private acme/vault at a GitHub with an App that delivers to us, and a build that names both. */
function stage(work: (stage: Stage) => Promise<void>): () => Promise<void> {
  const app = appOf(publicKey)
  app.webhook = 'https://ci.example/function/webhook'
  return withHub({ app }, async (hub) => {
    await hub.create('acme/vault', { files: { a: '1' } }, { private: true })
    const held: Stage['held'] = { 'github-app-key': privateKey }
    const secrets = {
      find: async (name: string) => held[name],
      need: async (name: string) => {
        const text = held[name]
        if (text === undefined) throw new Failure('secret_missing', `the secret ${name} is missing or empty`)
        return text
      },
    } as unknown as Workshop['secrets']
    const look: Stage['look'] = async (settings = {}) => {
      const env = { repositories: 'acme/vault', github_api_url: hub.url, github_app_id: '4711', ...settings }
      const config = readConfig(env)
      const access = openAccess(config, secrets, { now: Date.now, uptime: () => performance.now() })
      const shop = { config, secrets, access, now: Date.now } as unknown as Workshop
      const checks = [await checkGitHub(shop, new AbortController().signal, undefined as never)].flat()
      return Object.fromEntries(checks.map(({ name, ...check }) => [name, check]))
    }
    await work({ hub, app, held, look })
  })
}
const states = (checks: Record<string, Pick<Check, 'state'>>) =>
  Object.fromEntries(Object.entries(checks).map(([name, { state }]) => [name, state]))

const doctor = suite('the doctor of a GitHub App')
doctor(
  'says that all is well, in the name of the App',
  stage(async ({ look }) => {
    const checks = await look()
    assert.equal(states(checks), {
      github: 'ok',
      'github app': 'ok',
      'github token': 'skipped',
      'repository acme/vault': 'ok',
      'webhook of the app': 'ok',
    })
    assert.is(checks['github app']?.says, 'GitHub takes the key of artefacto (4711)')
  }),
)
doctor(
  'looks at each repository’s webhook where the App delivers elsewhere, or to nobody',
  stage(async ({ app, look }) => {
    for (const webhook of ['https://ci.example/other', '']) {
      app.webhook = webhook
      assert.is((await look())['webhook acme/vault']?.state, 'skipped')
    }
  }),
)
doctor(
  'names the permissions that it lacks',
  stage(async ({ app, look }) => {
    app.permissions = { metadata: 'read', contents: 'write', statuses: 'read' }
    const { says, state, mend } = (await look())['github app'] ?? {}
    assert.equal([state, says], ['warning', 'it lacks permissions: pull_requests: read, statuses: write'])
    assert.match(mend ?? '', /docs\/github\.md$/)
  }),
)
doctor(
  'says where it is not installed, and whether a token takes its place',
  stage(async ({ app, held, look }) => {
    app.installations = []
    const alone = (await look())['repository acme/vault']
    assert.is(alone?.state, 'failed')
    assert.match(alone?.says ?? '', /^the GitHub App 4711 is not installed on acme\/vault: /)
    held['github-token'] = `ghp_${'a'.repeat(36)}`
    const beside = (await look())['repository acme/vault']
    assert.is(beside?.state, 'warning')
    assert.match(beside?.says ?? '', /is not installed on it: github-token is used/)
  }),
)
doctor(
  'says that its key is not taken, and asks no more',
  stage(async ({ held, look }) => {
    held['github-app-key'] = appKeys().privateKey
    const checks = await look()
    assert.equal(states(checks), { 'github app': 'failed' })
    assert.match(checks['github app']?.says ?? '', /^GitHub does not take the key of the GitHub App 4711/)
    held['github-app-key'] = undefined
    assert.match((await look())['github app']?.says ?? '', /^the secret github-app-key is missing or empty$/)
  }),
)
doctor(
  'says that a key without its App is not used',
  stage(async ({ look }) => {
    const { state, says } = (await look({ github_app_id: '' }))['github app'] ?? {}
    assert.equal(
      [state, says],
      ['warning', 'there is a github-app-key, and github_app_id is empty: it is not used'],
    )
  }),
)
doctor(
  'says by which name a repository goes now',
  stage(async ({ hub, look }) => {
    await hub.rename('acme/vault', 'acme/safe')
    const { state, says, mend } = (await look())['repository acme/vault'] ?? {}
    assert.equal(
      [state, says, mend],
      ['warning', 'it is called acme/safe now', 'write acme/safe in `repositories`'],
    )
  }),
)
doctor(
  'says that GitHub is down, and not that the App is wrong',
  stage(async ({ hub, look }) => {
    hub.faults.add({ match: /./, status: 502 })
    assert.equal(states(await look()), { github: 'failed' })
  }),
)
doctor(
  'says that github-ca cannot be read',
  stage(async ({ held, look }) => {
    held['github-ca'] = 'nothing'
    const { says, mend } = (await look({ github_api_url: 'https://127.0.0.1:1' })).github ?? {}
    assert.match(says ?? '', /^the secret github-ca has a certificate that cannot be read/)
    assert.match(mend ?? '', /github-ca$/)
  }),
)
doctor.run()

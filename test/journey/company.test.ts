import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { appKeys, appOf } from '../support/github-app.ts'
import { images, type Journey, name, openJourney, service } from '../support/journey.ts'

const { publicKey, privateKey } = appKeys()
const app = appOf(publicKey)
const authority = await makeAuthority(new Date(), 'Corp')
const VAULT = `acme/${name('vault')}`
const FAR = `acme/${name('far')}`

const company = suite(
  'a private repository at Enterprise Server, with an authority of its own and a GitHub App',
)
let world: Journey
company.before(async () => {
  const tls = await makeLeaf(authority, ['127.0.0.1'], new Date())
  world = await openJourney(
    () => ({ build: { github_app_id: String(app.id) }, badge: { pages: 'private' } }),
    {
      localGitHub: { enterprise: true, tls, app },
    },
  )
  writeFileSync(join(world.state.secrets, 'github-ca'), authority.cert)
  writeFileSync(join(world.state.secrets, 'github-app-key'), privateKey)
  for (const repository of [VAULT, FAR])
    await world.github.create(repository, { files: { 'README.md': '#\n' } }, { private: true })
})
company.after(() => world.close())

const shop = (version: string, content: string) => ({
  ...images({ vault: version }),
  ...service('vault', content),
})
const asked = (what: RegExp) =>
  world.github.requests.filter(({ method, path }) => what.test(`${method} ${path}`)).length

company('becomes an image and a badge, and its commit has a status', async () => {
  const record = await world.merge(shop('1.0.0', 'v1'), VAULT)
  assert.is(record.state, 'built', record.reason)
  await world.badge('vault', '1.0.0')
  await world.until(
    'a last word at the commit',
    async () => asked(new RegExp(`^POST .*/statuses/${record.sha}`)) >= 2,
  )
  const page = await (await world.page('vault')).text()
  assert.ok(page.includes(`href="${world.github.web}/${VAULT}/pull/1"`), page)
})
company('is asked about in the name of one installation, whose token was made once', async () => {
  assert.is(asked(/^POST \/api\/v3\/app\/installations\/1\/access_tokens/), 1)
  const others = world.github.requests.filter(({ headers }) => /ghp_/.test(String(headers.authorization)))
  assert.equal(others, [])
})
company('is built all the same when GitHub has ended the token', async () => {
  world.github.revokeTokens()
  const record = await world.merge(shop('1.1.0', 'v2'), VAULT)
  assert.is(record.state, 'built', record.reason)
  assert.is(asked(/^POST \/api\/v3\/app\/installations\/1\/access_tokens/), 2)
})
company('waits where the App is not installed, says so, and is built once it is', async () => {
  app.installations = [{ id: 1, owner: 'acme', repositories: [VAULT.slice('acme/'.length)] }]
  const files = { ...images({ far: '1.0.0' }), ...service('far', 'f1') }
  const { sha } = await world.github.merge(FAR, { files })
  const id = world.github.id(FAR)
  await world.until('the reason', async () => {
    const record = await world.ledger.merge(id, sha)
    return (
      record?.state === 'queued' && record.reason?.includes(`is not installed on ${FAR}: install it there`)
    )
  })
  app.installations = [{ id: 1, owner: 'acme', repositories: 'all' }]
  await world.catchUp()
  assert.is((await world.ended(sha, FAR)).state, 'built')
})
company('leaves no word of its key or of a token in what was written', async () => {
  const lines = world.lines.join('\n')
  assert.not.match(lines, /ghs_|eyJ|PRIVATE KEY/)
})
company.run()

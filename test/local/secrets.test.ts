import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'

const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-secrets-')))
const secrets = suite('makeSecrets')
secrets.after(() => {
  state.close()
  rmSync(state.folder, { recursive: true })
})
const all = () =>
  Object.fromEntries(
    readdirSync(state.secrets).map((name) => [name, readFileSync(join(state.secrets, name), 'utf8')]),
  )

secrets('makes each secret, 0600, and no token', async () => {
  await makeSecrets(state)
  assert.equal(Object.keys(all()).sort(), [
    'basic-auth-password',
    'notify-secret',
    'payload-secret',
    'registry-ca',
    'registry-password',
    'registry-user',
    'webhook-secret',
  ])
  for (const name of Object.keys(all())) assert.is(statSync(join(state.secrets, name)).mode & 0o777, 0o600)
  const values = Object.values(all())
  assert.is(new Set(values).size, values.length)
})

secrets('keeps what is there, and what a person put there', async () => {
  writeFileSync(join(state.secrets, 'github-token'), 'ghp_x')
  writeFileSync(join(state.secrets, 'webhook-secret'), 'new\nold\n')
  const before = all()
  await makeSecrets(state)
  assert.equal(all(), before)
})

secrets.run()

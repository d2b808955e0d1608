import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { BOX } from '../../faasd/box.ts'
import { SECRETS } from '../../faasd/secrets.ts'
import { readSettings, type Settings } from '../../faasd/settings.ts'
import { boxStack, FUNCTIONS } from '../../faasd/stack.ts'
import { amiAddress } from '../../functions/build/ami-service.ts'

const TEXT = readFileSync('stack.yml', 'utf8')
const SETTINGS = {
  ...readSettings('/nowhere'),
  repositories: 'a/b c/*',
  publicUrl: 'https://ci.example.org',
  pull: { name: 'box.lan', port: 5443 },
}
const REVISIONS = { webhook: 'w', build: 'b', badge: 'g' }
const read = (text: string) => parse(text).functions as Record<string, Record<string, Record<string, string>>>

const stack = suite('stack.yml of a box')
stack('says what the operator said, and nothing else than stack.yml', () => {
  const before = read(TEXT)
  const after = read(boxStack(TEXT, BOX, SETTINGS, REVISIONS))
  assert.equal(Object.keys(after), [...FUNCTIONS])
  assert.is(after.build?.environment?.public_url, 'https://ci.example.org')
  assert.is(after.badge?.environment?.registry_pull, 'box.lan:5443')
  assert.is(after.webhook?.environment?.repositories, 'a/b c/*')
  for (const name of FUNCTIONS) {
    assert.equal(Object.keys(after[name]?.environment ?? {}), Object.keys(before[name]?.environment ?? {}))
    assert.equal(after[name]?.secrets, before[name]?.secrets)
    assert.equal(after[name]?.annotations, { 'artefacto.revision': REVISIONS[name] })
  }
})
stack('gives a function no variable that it does not read', () => {
  const after = read(boxStack(TEXT, BOX, SETTINGS, REVISIONS))
  assert.is(after.webhook?.environment?.public_url, undefined)
  assert.is(after.badge?.environment?.github_api_url, undefined)
})
stack('speaks to the GitHub that the operator named, and lets links lead to its pages', () => {
  const of = (settings: Partial<Settings>) => {
    const { build, badge } = read(boxStack(TEXT, BOX, { ...SETTINGS, ...settings }, REVISIONS))
    const { github_api_url, github_app_id, github_url } = build?.environment ?? {}
    assert.is(badge?.environment?.github_url, github_url)
    return [github_api_url, github_url, github_app_id]
  }
  assert.equal(of({}), ['https://api.github.com', 'https://github.com', ''])
  assert.equal(of({ githubApiUrl: 'https://ghe.example/api/v3', githubApp: '4711' }), [
    'https://ghe.example/api/v3',
    'https://ghe.example',
    '4711',
  ])
})
stack('names artefacto-registry and the policy proxy, and never the socket', () => {
  const { environment } = read(boxStack(TEXT, BOX, SETTINGS, REVISIONS)).build ?? {}
  assert.is(environment?.registry_url, 'https://artefacto-registry:5000')
  assert.is(environment?.docker_host, 'tcp://artefacto-docker:2376')
})
stack('leads build to the service ami where the box has it, and else to none', () => {
  const build = (settings: Partial<Settings>) =>
    read(boxStack(TEXT, BOX, { ...SETTINGS, ...settings }, REVISIONS)).build?.environment
  assert.equal([build({})?.ami_host, build({})?.aws_region], ['', ''])
  const asked = build({ ami: true, awsRegion: 'eu-central-1' })
  assert.equal([asked?.ami_host, asked?.aws_region], ['tcp://artefacto-ami:8080', 'eu-central-1'])
  assert.equal(amiAddress(asked?.ami_host ?? ''), { host: 'artefacto-ami', port: 8080 })
})
stack('tells build what the operator grants, and nobody else', () => {
  const granting = { ...SETTINGS, buildSecrets: 'a/b:npm', baseRegistries: 'a/*:ghcr.io' }
  const { build, badge, webhook } = read(boxStack(TEXT, BOX, granting, REVISIONS))
  const { build_secrets, base_registries } = build?.environment ?? {}
  assert.equal([build_secrets, base_registries], ['a/b:npm', 'a/*:ghcr.io'])
  assert.not.match(JSON.stringify([badge, webhook]), /a\/b:npm|ghcr\.io/)
})
stack('names the secrets that the installer gives to faasd, all of them', () => {
  const named = Object.values(read(TEXT)).flatMap(({ secrets }) => secrets as unknown as string[])
  assert.equal([...new Set(named)].sort(), [...SECRETS].sort())
})
stack.run()

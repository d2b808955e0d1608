import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { FUNCTIONS } from '../../faasd/stack.ts'
import { keepCredentials } from '../../kubernetes/credentials.ts'
import { engineAddresses } from '../../kubernetes/manifests.ts'
import { readOptions } from '../../kubernetes/options.ts'
import { readSettings } from '../../kubernetes/settings.ts'
import { clusterStack } from '../../kubernetes/stack.ts'

const TEXT = readFileSync('stack.yml', 'utf8')
const ENGINES = engineAddresses([
  { kind: 'StatefulSet', metadata: { name: 'engine', namespace: 'artefacto-engine' }, spec: { replicas: 2 } },
])

let folder: string
const settingsOf = (text: string) => {
  writeFileSync(join(folder, 'stack.env'), text)
  return readSettings(folder, TEXT, ENGINES)
}

const settings = suite('what an overlay says of the functions')
settings.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'artefacto-kubernetes-'))
})
settings.after(() => rmSync(folder, { recursive: true }))

settings('names each engine that the StatefulSet has', () => {
  assert.equal(ENGINES, [
    'tcp://engine-0.engine.artefacto-engine.svc.cluster.local:2376',
    'tcp://engine-1.engine.artefacto-engine.svc.cluster.local:2376',
  ])
})
settings('is in the stack that is deployed, beside where things are in a cluster', () => {
  const said = settingsOf('# ours\nimages=ghcr.io/acme\nrepositories=acme/*\npages=public\n')
  const stack = clusterStack(TEXT, 'http://gateway', said)
  const { functions, provider } = parse(stack.text)
  assert.is(provider.gateway, 'http://gateway')
  assert.is(functions.webhook.environment.repositories, 'acme/*')
  assert.is(functions.badge.environment.pages, 'public')
  assert.is(functions.build.environment.docker_host, ENGINES.join(' '))
  assert.is(functions.badge.environment.registry_url, 'https://registry.artefacto.svc.cluster.local')
  assert.is(functions.webhook.environment.gateway_url, 'http://gateway.openfaas.svc.cluster.local:8080')
  for (const name of FUNCTIONS) {
    const [bundle] = stack.revisions[name]?.split('-') ?? []
    assert.is(functions[name].image, `ghcr.io/acme/artefacto-${name}:${bundle}`)
    assert.is(functions[name].annotations['artefacto.revision'], stack.revisions[name])
  }
})
settings('another one makes another revision of the same image', () => {
  const revisions = (text: string) =>
    clusterStack(TEXT, 'http://gateway', settingsOf(text)).revisions.build ?? ''
  const [one, other] = [revisions('images=ghcr.io/a\n'), revisions('images=ghcr.io/a\nbranch=main\n')]
  assert.is(one.split('-')[0], other.split('-')[0])
  assert.is.not(one, other)
})
settings('a registry of a name of its own is reached by that name', () => {
  const { environment } = settingsOf('images=ghcr.io/a\nregistry=registry.example.org\n')
  assert.is(environment.registry_url, 'https://registry.example.org')
})
settings('a word that stack.yml does not know is refused, and an example that nobody has filled in', () => {
  assert.throws(
    () => settingsOf('images=ghcr.io/a\nrepository=acme/web\n'),
    /repository is no variable of stack.yml/,
  )
  assert.throws(
    () => readSettings('kubernetes/overlays/example', TEXT, []),
    /images=ghcr.io\/OWNER: write where/,
  )
})
settings.run()

const credentials = suite('the credentials of a cluster')
credentials.before(() => {
  folder = mkdtempSync(join(tmpdir(), 'artefacto-kubernetes-'))
})
credentials.after(() => rmSync(folder, { recursive: true }))
credentials('are made once, with one certificate for any number of engines', async () => {
  const made = await keepCredentials(folder, 'registry.example.org')
  assert.ok(made.length > 5)
  assert.equal(await keepCredentials(folder, 'registry.example.org'), [])
  const certificate = new X509Certificate(readFileSync(join(folder, 'certs/docker-server.crt')))
  for (const address of ENGINES) assert.ok(certificate.checkHost(new URL(address).hostname), address)
  const registry = new X509Certificate(readFileSync(join(folder, 'certs/registry.crt')))
  for (const name of ['registry.example.org', 'registry.artefacto.svc.cluster.local'])
    assert.ok(registry.checkHost(name), name)
})
credentials.run()

const options = suite('npm run kubernetes --')
options('takes an overlay of where the person is, else the example of the repository', () => {
  assert.is(readOptions(['--overlay', 'ours'], '/here', '/root').overlay, '/here/ours')
  assert.is(readOptions([], '/here', '/root').overlay, '/root/kubernetes/overlays/example')
})
options('refuses what it does not know, with the usage', () => {
  assert.throws(() => readOptions(['--gateway', 'gateway'], '/', '/'), /begins with https/)
  assert.throws(() => readOptions(['--force'], '/', '/'), /npm run kubernetes -- \[options\]/)
})
options.run()

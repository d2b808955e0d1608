import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BOX, type Box } from '../../faasd/box.ts'
import { whatIsInTheWay } from '../../faasd/precheck.ts'
import { readSettings, type Settings } from '../../faasd/settings.ts'
import { type Gateway, startGateway } from '../../local/gateway/gateway.ts'

const COMPOSE = `services:
  nats: { image: nats }
  gateway: { image: gateway, ports: ["8080:8080"] }
  queue-worker: { image: worker }
  postgres: { image: postgres, ports: ["127.0.0.1:8090:5432"] }
`
const PATH = process.env.PATH ?? ''

/** A box of scripts and files, with the embedded gateway as faasd's and the tests' own Docker Engine. */
const precheck = suite('what is in the way of an installation')
let folder: string
let box: Box
let gateway: Gateway
let settings: Settings

precheck.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artefacto-precheck-'))
  gateway = await startGateway({ port: 0, functions: () => [], adminPassword: () => 'open sesame' })
  box = {
    ...BOX,
    state: join(folder, 'state/artefacto'),
    faasd: join(folder, 'faasd'),
    functionSecrets: join(folder, 'secrets'),
    dockerSocket: (process.env.DOCKER_HOST ?? '').replace('unix://', ''),
    gateway: gateway.url,
  }
  settings = { ...readSettings('/nowhere'), front: { host: '127.0.0.1', port: 18_090, tls: false } }
  for (const part of ['state', 'faasd/secrets', 'secrets', 'bin'])
    mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'faasd/docker-compose.yaml'), COMPOSE)
  writeFileSync(join(folder, 'faasd/secrets/basic-auth-user'), 'admin')
  writeFileSync(join(folder, 'faasd/secrets/basic-auth-password'), 'open sesame')
  program('faasd', 'echo "faasd version: 0.19.0	commit: e4848cd"')
  for (const name of ['ctr', 'docker', 'faas-cli']) program(name, ':')
  process.env.PATH = join(folder, 'bin') + delimiter + PATH
})
precheck.after.each(async () => {
  process.env.PATH = PATH
  await gateway.close()
  rmSync(folder, { recursive: true, force: true })
})

function program(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}

/** The obstacles; whatever they are, the box is as it was. */
async function obstacles(): Promise<string[]> {
  const found = await whatIsInTheWay(box, settings)
  assert.not.ok(existsSync(box.state))
  assert.equal(readdirSync(box.faasd).sort(), ['docker-compose.yaml', 'secrets'])
  return found
}

precheck('is nothing on a box that has what it takes', async () => {
  assert.equal(await obstacles(), [])
})
precheck('is an old faasd', async () => {
  program('faasd', 'echo "faasd version: 0.16.2"')
  assert.match((await obstacles()).join('\n'), /faasd 0\.16 is too old: 0\.18 or newer is needed/)
})
precheck('is a program that is missing, and each at once', async () => {
  for (const name of ['faasd', 'faas-cli']) rmSync(join(folder, 'bin', name))
  process.env.PATH = `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin`
  const found = (await obstacles()).join('\n')
  assert.match(found, /faasd is not installed: install it by/)
  assert.match(found, /faas-cli is not installed: install it by/)
})
precheck('is what the service ami needs, where it was asked for', async () => {
  process.env.PATH = join(folder, 'bin')
  assert.not.match((await obstacles()).join('\n'), /--ami/)
  settings.ami = true
  assert.match((await obstacles()).join('\n'), /--ami: nsenter is not installed: apt-get install util-linux/)
})
precheck('is a Docker Engine that does not answer', async () => {
  box.dockerSocket = join(folder, 'no.sock')
  assert.match(
    (await obstacles()).join('\n'),
    /no Docker Engine answers at .*no\.sock \(ENOENT\): install or start it/,
  )
})
precheck('is a half-written compose file', async () => {
  writeFileSync(join(folder, 'faasd/docker-compose.yaml'), COMPOSE.slice(0, 40))
  assert.match((await obstacles()).join('\n'), /docker-compose\.yaml (has no service|is not YAML)/)
})
precheck('is no compose file at all', async () => {
  box.faasd = join(folder, 'elsewhere')
  const found = await whatIsInTheWay(box, settings)
  assert.match(found.join('\n'), /docker-compose\.yaml is missing: is faasd installed\?/)
})
precheck("is a port that another entry of faasd's file publishes", async () => {
  settings.front.port = 8090
  assert.match(
    (await obstacles()).join('\n'),
    /Port 8090 is published by postgres in .*: free it, or choose another one with --port/,
  )
})
precheck('is a port that another program has', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  settings.front.port = (other.address() as AddressInfo).port
  const found = (await obstacles()).join('\n')
  other.close()
  assert.match(found, /Port \d+ is taken by .*process \d+\): free it, or choose another one with --port/)
})
precheck('is a secret with a value that nobody here knows', async () => {
  writeFileSync(join(folder, 'secrets/payload-secret'), 'somebody else’s')
  const found = (await obstacles()).join('\n')
  assert.match(
    found,
    /faasd has a secret payload-secret with another value.*faas-cli secret remove payload-secret/,
  )
  assert.not.match(found, /somebody/)
})
precheck('is not a secret that we gave it, after the operator has written a new one', async () => {
  writeFileSync(join(folder, 'secrets/webhook-secret'), 'the old one')
  settings.secrets = {
    'webhook-secret': '6e7ab93b7a3b2b3ff51b1d3a1bb0a4bd2a0e0f4bde3d5c0d0e9f0ad7bb4dd7f5',
  }
  assert.is((await obstacles()).length, 1)
  const { createHash } = await import('node:crypto')
  settings.secrets = { 'webhook-secret': createHash('sha256').update('the old one').digest('hex') }
  assert.equal(await obstacles(), [])
})
precheck('is a gateway that does not let us in', async () => {
  writeFileSync(join(folder, 'faasd/secrets/basic-auth-password'), 'wrong')
  const found = (await obstacles()).join('\n')
  assert.match(found, /faasd's gateway does not answer at http:.*401.*is it running/)
  assert.not.match(found, /wrong/)
})
precheck('is a function of that name that is not ours', async () => {
  await gateway.close()
  const spec = { name: 'badge', dir: join(process.cwd(), 'dist/badge'), env: {} }
  gateway = await startGateway({ port: 0, functions: () => [spec], adminPassword: () => 'open sesame' })
  box.gateway = gateway.url
  assert.match((await obstacles()).join('\n'), /faasd has a function badge .* not artefacto's: rename it/)
})
precheck('is a certificate without its key', async () => {
  settings.certificate = join(folder, 'chain.pem')
  writeFileSync(settings.certificate, '-----BEGIN CERTIFICATE-----\n')
  assert.match(
    (await obstacles()).join('\n'),
    /does not hold a certificate and its key: put both into one PEM file/,
  )
})
precheck.run()

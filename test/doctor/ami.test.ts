import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admission } from '../../ami/admission.ts'
import { amiService } from '../../ami/service.ts'
import { readConfig } from '../../functions/build/config.ts'
import { examine } from '../../functions/build/doctor/examine.ts'
import { openHeard } from '../../functions/build/doctor/heard.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { oneEngine } from '../support/engines-of.ts'

const KEY = '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = c2VjcmV0'
const RECIPE = { recipe: 'sha256:abc', kernel: '6.1.0-56-cloud-amd64', qemu: true }

/** The lines of an examination of a build around which nothing else answers. */
async function look(
  env: Record<string, string>,
  secrets: Record<string, string> = {},
): Promise<Map<string, Check>> {
  const nowhere = 'http://127.0.0.1:1'
  const around = { gateway_url: nowhere, github_api_url: nowhere, registry_url: 'https://127.0.0.1:1' }
  const shop = {
    config: readConfig({ ...around, ...env }),
    secrets: {
      rotating: async () => ['secret'],
      need: async (name: string) => secrets[name] ?? 'x',
      find: async (name: string) => secrets[name],
    },
    engines: oneEngine({ version: async () => '20.10' }),
    now: Date.now,
  }
  const checks = await examine(
    shop as unknown as Workshop,
    openHeard(() => 0),
  )
  return new Map(checks.map((check) => [check.name, check]))
}

const open: Server[] = []
const folder = mkdtempSync(join(tmpdir(), 'ami-doctor-'))
async function at(server: Server): Promise<Record<string, string>> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { ami_host: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
/** The service itself, without what it makes disks with. */
function service(secret = 'secret', recipe = RECIPE): Server {
  const secrets = async () => [secret]
  const limits = { makeMs: 1_000, bootMs: 1_000 }
  return amiService({ folder, recipe, admission: admission(secrets, Date.now), secrets, ...limits })
}
/** One whose work folder has so many bytes free. */
const withRoom = (free: number): Server =>
  createServer((_, response) => void response.end(JSON.stringify({ ...RECIPE, free })))

const ami = suite('the service ami, as the doctor sees it')
ami('is well, and has room', async () => {
  const checks = await look(await at(service()))
  const found = checks.get('ami')
  assert.is(found?.state, 'ok', found?.says)
  assert.match(
    found?.says ?? '',
    /^tcp:\/\/127\.0\.0\.1:\d+ takes our signature; kernel 6\.1\.0-56-cloud-amd64$/,
  )
  assert.match(checks.get('disk of ami')?.says ?? '', /^its work folder has \d+\.\d [GM]B free$/)
  assert.is(checks.get('aws'), undefined)
})
ami('is a hint where there is none', async () => {
  const { state, says, mend } = (await look({})).get('ami') ?? {}
  assert.equal([state, says], ['skipped', '`ami_host` is empty: type AMI is refused here'])
  assert.match(mend ?? '', /set `ami_host`/)
})
const table: [
  title: string,
  server: () => Server,
  name: string,
  state: string,
  says: RegExp,
  fault: string,
][] = [
  [
    'with another secret',
    () => service('another'),
    'ami',
    'failed',
    /refuses our signature/,
    'secrets_differ',
  ],
  [
    'without QEMU',
    () => service('secret', { ...RECIPE, qemu: false }),
    'ami',
    'warning',
    /untested/,
    'ami_untested',
  ],
  ['nearly full', () => withRoom(9e8), 'disk of ami', 'failed', /has 900\.0 MB free/, 'disk_full'],
  ['with little room', () => withRoom(4e9), 'disk of ami', 'warning', /has 4\.0 GB free/, 'disk_full'],
]
for (const [title, server, name, state, says, fault] of table)
  ami(`${title}: ${state}`, async () => {
    const found = (await look(await at(server()))).get(name)
    assert.equal([found?.state, found?.fault], [state, fault])
    assert.match(found?.says ?? '', says)
  })
ami('that does not answer has failed', async () => {
  const found = (await look({ ami_host: 'tcp://127.0.0.1:1' })).get('ami')
  assert.equal([found?.state, found?.fault], ['failed', 'ami_down'])
  assert.is(found?.says, 'the service ami does not answer (ECONNREFUSED)')
})
ami('at an address that is none has failed', async () => {
  const found = (await look({ ami_host: 'artefacto-ami:8080' })).get('ami')
  assert.equal([found?.state, found?.fault], ['failed', 'ami_down'])
  assert.match(found?.says ?? '', /write tcp:\/\/host:port/)
})
ami.after(() => {
  for (const server of open) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})
ami.run()

const aws = suite('what leads to AWS, as the doctor sees it')
const REGION = { aws_region: 'eu-central-1' }
for (const [title, env, secret, state, says, fault] of [
  ['region and key', REGION, KEY, 'ok', /there are aws-credentials for eu-central-1/, undefined],
  ['a region and no key', REGION, undefined, 'warning', /missing or empty: no AMI/, 'aws_credentials'],
  ['a key and no region', {}, KEY, 'warning', /aws_region is empty: no AMI/, 'aws_region'],
  ['a torn key', REGION, KEY.slice(0, 60), 'failed', /aws_secret_access_key is missing/, 'aws_credentials'],
] as const)
  aws(`${title}: ${state}`, async () => {
    const found = (await look(env, secret === undefined ? {} : { 'aws-credentials': secret })).get('aws')
    assert.equal([found?.state, found?.fault], [state, fault])
    assert.match(found?.says ?? '', says)
    assert.not.match(found?.says ?? '', /c2Vj|AKIA/)
  })
aws.run()

import { execFile, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { compareSync } from 'bcryptjs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeCredentials } from '../../registry/credential-files.ts'

const FILES = [
  'certs/ca.crt',
  'certs/ca.key',
  'certs/registry.crt',
  'certs/registry.key',
  'htpasswd',
  'secrets/registry-ca',
  'secrets/registry-password',
  'secrets/registry-user',
]

const folders: string[] = []
function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-credentials-'))
  folders.push(folder)
  return folder
}
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
const readAll = (folder: string) => FILES.map((name) => read(folder, name))
const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  )

const making = suite('makeCredentials')

making('makes every file, readable by its owner only', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'] })
  for (const name of FILES) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  assert.is(read(folder, 'secrets/registry-ca'), read(folder, 'certs/ca.crt'))
  const hash = read(folder, 'htpasswd').trim().replace('artefacto:', '')
  assert.ok(compareSync(read(folder, 'secrets/registry-password'), hash))
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.is(left.length, FILES.length)
})

making('changes nothing the second time, and says so', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry', '::1'] })
  const before = readAll(folder)
  assert.equal(await makeCredentials({ folder, names: ['::1'] }), [])
  assert.equal(await makeCredentials({ folder, names: [] }), [])
  assert.equal(readAll(folder), before)
})

making('adds a new name by the same CA and keeps the old ones', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'] })
  const ca = read(folder, 'certs/ca.crt')
  await makeCredentials({ folder, names: ['127.0.0.1'] })
  const leaf = new X509Certificate(read(folder, 'certs/registry.crt'))
  assert.is(read(folder, 'certs/ca.crt'), ca)
  assert.ok(leaf.checkHost('registry') && leaf.checkIP('127.0.0.1'))
})

making('renews a leaf that has under 30 days left', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'], now: new Date(Date.now() - 800 * 86_400_000) })
  const before = new X509Certificate(read(folder, 'certs/registry.crt'))
  await makeCredentials({ folder, names: [] })
  const after = new X509Certificate(read(folder, 'certs/registry.crt'))
  assert.ok(Date.parse(after.validTo) > Date.parse(before.validTo))
  assert.ok(after.checkHost('registry'))
})

making('takes a changed password over into htpasswd', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'] })
  writeFileSync(join(folder, 'secrets/registry-password'), 'another\n')
  await makeCredentials({ folder, names: [] })
  assert.ok(compareSync('another', read(folder, 'htpasswd').trim().replace('artefacto:', '')))
})

making('needs the key of the CA only to sign', async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'] })
  renameSync(join(folder, 'certs/ca.key'), join(folder, 'elsewhere'))
  assert.equal(await makeCredentials({ folder, names: ['registry'] }), [])
  assert.match(
    await failure(makeCredentials({ folder, names: ['box'] })),
    /ca\.key is missing.*registry, box/,
  )
})

making('refuses a URL or a port as a name', async () => {
  for (const name of ['https://registry', 'registry:5000', '']) {
    assert.match(await failure(makeCredentials({ folder: fresh(), names: [name] })), /neither a host name/)
  }
})

making('asks for a name the first time', async () => {
  assert.match(await failure(makeCredentials({ folder: fresh(), names: [] })), /--name/)
})

making('gives a chain that openssl verifies', async () => {
  if (spawnSync('openssl', ['version']).status !== 0) return
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry', '127.0.0.1'] })
  const [ca, leaf] = [join(folder, 'certs/ca.crt'), join(folder, 'certs/registry.crt')]
  const args = ['verify', '-CAfile', ca, '-purpose', 'sslserver', '-verify_ip', '127.0.0.1', leaf]
  assert.match((await promisify(execFile)('openssl', args)).stdout, /OK/)
})

making.run()

// ---

const command = suite('registry/credentials.ts')

const run = (...args: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'registry/credentials.ts', ...args], { encoding: 'utf8' })

command('makes a folder and says what it made', () => {
  const folder = join(fresh(), 'new')
  assert.match(
    run('--out', folder, '--name', 'registry', '--name', '10.0.0.1').stdout,
    /for registry, 10\.0\.0\.1/,
  )
  assert.match(run('--out', folder).stdout, /everything was there/)
})

command('says how it is called when it is called wrongly', () => {
  const { status, stderr } = run('--name', 'registry')
  assert.is(status, 1)
  assert.match(stderr, /--out is missing.*npm run registry:credentials/s)
  assert.not.match(stderr, /\n +at /)
})

command.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

command.run()

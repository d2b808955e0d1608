import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeDockerCredentials } from '../../faasd/docker/credentials.ts'
import { makeCredentials } from '../../registry/credential-files.ts'

const FILES = [
  'certs/docker-ca.crt',
  'certs/docker-ca.key',
  'certs/docker-server.crt',
  'certs/docker-server.key',
  'secrets/docker-ca',
  'secrets/docker-cert',
  'secrets/docker-key',
]
const NAMES = ['artefacto-docker']
const LONG_AGO = new Date(Date.now() - 800 * 86_400_000)

const folders: string[] = []
function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-docker-credentials-'))
  folders.push(folder)
  return folder
}
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
const readAll = (folder: string) => FILES.map((name) => read(folder, name))

const making = suite('makeDockerCredentials')

making.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

making('makes every file, readable by its owner only, and says what', async () => {
  const folder = fresh()
  const made = await makeDockerCredentials({ folder, names: NAMES })
  for (const name of FILES) assert.is(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  assert.is(left.length, FILES.length)
  assert.is(made.length, 3)
  assert.ok(made.includes('certs/docker-server.crt: for artefacto-docker'))
  assert.is(read(folder, 'secrets/docker-ca'), read(folder, 'certs/docker-ca.crt'))
})

making('changes nothing the second time, and says nothing', async () => {
  const folder = fresh()
  await makeDockerCredentials({ folder, names: NAMES })
  const before = readAll(folder)
  assert.equal(await makeDockerCredentials({ folder, names: NAMES }), [])
  assert.equal(readAll(folder), before)
})

making("has a CA of its own beside the registry's", async () => {
  const folder = fresh()
  await makeCredentials({ folder, names: ['registry'] })
  await makeDockerCredentials({ folder, names: NAMES })
  const registry = new X509Certificate(read(folder, 'certs/ca.crt'))
  const client = new X509Certificate(read(folder, 'secrets/docker-cert'))
  assert.not(client.verify(registry.publicKey))
  assert.is.not(client.issuer, registry.subject)
})

making('renews what has under 30 days left, by the same CA, and says what to do', async () => {
  const folder = fresh()
  await makeDockerCredentials({ folder, names: NAMES, now: LONG_AGO })
  const ca = read(folder, 'certs/docker-ca.crt')
  const made = await makeDockerCredentials({ folder, names: NAMES })
  assert.equal(made, [
    'certs/docker-server.crt: for artefacto-docker; reload the proxy',
    'secrets/docker-cert: for artefacto build function; update the secrets docker-cert and docker-key',
  ])
  assert.is(read(folder, 'certs/docker-ca.crt'), ca)
  for (const name of ['certs/docker-server.crt', 'secrets/docker-cert'])
    assert.ok(Date.parse(new X509Certificate(read(folder, name)).validTo) > Date.now() + 700 * 86_400_000)
})

making('makes all anew after the CA was taken away', async () => {
  const folder = fresh()
  await makeDockerCredentials({ folder, names: NAMES })
  rmSync(join(folder, 'certs/docker-ca.crt'))
  assert.is((await makeDockerCredentials({ folder, names: NAMES })).length, 3)
  const ca = new X509Certificate(read(folder, 'secrets/docker-ca'))
  assert.ok(new X509Certificate(read(folder, 'secrets/docker-cert')).verify(ca.publicKey))
})

making('needs the key of the CA only to sign', async () => {
  const folder = fresh()
  await makeDockerCredentials({ folder, names: NAMES })
  renameSync(join(folder, 'certs/docker-ca.key'), join(folder, 'elsewhere'))
  assert.equal(await makeDockerCredentials({ folder, names: NAMES }), [])
  rmSync(join(folder, 'secrets/docker-key'))
  const error = await makeDockerCredentials({ folder, names: NAMES }).catch(({ message }) => message)
  assert.match(error, /docker-ca\.key is missing: it must sign a certificate for artefacto build function/)
})

making('gives certificates that openssl takes for one purpose each', async () => {
  const folder = fresh()
  await makeDockerCredentials({ folder, names: NAMES })
  const verify = (name: string, purpose: string) =>
    promisify(execFile)('openssl', [
      ...['verify', '-CAfile', join(folder, 'secrets/docker-ca'), '-purpose', purpose],
      join(folder, name),
    ]).then(
      () => true,
      () => false,
    )
  assert.ok(await verify('secrets/docker-cert', 'sslclient'))
  assert.not(await verify('secrets/docker-cert', 'sslserver'))
  assert.ok(await verify('certs/docker-server.crt', 'sslserver'))
  assert.not(await verify('certs/docker-server.crt', 'sslclient'))
})

making.run()

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:https'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import axios, { type AxiosResponse } from 'axios'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whereIs } from '../../local/debian.ts'
import { startRegistryProgram } from '../../local/registry-program.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'

/** What registry/README.md says of config.yml, asked of a real registry: Debian's docker-registry 2.8. */
const program = whereIs('docker-registry')
const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-registry-')))
const config = suite('registry/config.yml')
const test = program ? config : config.skip

const port = await new Promise<number>((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
  })
})
const url = `https://127.0.0.1:${port}`
let registry: { stop(): Promise<void> } | undefined
let ca = ''
let auth = { username: '', password: '' }

config.before(async () => {
  await makeSecrets(state)
  const secret = (name: string) => readFileSync(join(state.secrets, name), 'utf8')
  ca = secret('registry-ca')
  auth = { username: secret('registry-user'), password: secret('registry-password') }
  if (program) registry = await startRegistryProgram({ state, port, url })
})

config.after(async () => {
  await registry?.stop()
  state.close()
  rmSync(state.folder, { recursive: true })
})

type Call = {
  method?: string
  path?: string
  data?: string
  type?: string
  as?: typeof auth | undefined
  trust?: string
}

async function call({
  method = 'GET',
  path = '/v2/',
  data,
  type,
  trust = ca,
  ...rest
}: Call = {}): Promise<AxiosResponse> {
  const user = 'as' in rest ? rest.as : auth
  return axios.request({
    method,
    url: path.startsWith('http') ? path : url + path,
    ...(data !== undefined && { data }),
    ...(user && { auth: user }),
    headers: type ? { 'content-type': type } : {},
    httpsAgent: new Agent(trust ? { ca: trust } : {}),
    proxy: false,
    validateStatus: () => true,
  })
}

const digestOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

async function pushBlob(repository: string, text: string): Promise<string> {
  const { headers } = await call({ method: 'POST', path: `/v2/${repository}/blobs/uploads/` })
  const place = new URL(String(headers.location), url)
  place.searchParams.set('digest', digestOf(text))
  const type = 'application/octet-stream'
  assert.is((await call({ method: 'PUT', path: String(place), data: text, type })).status, 201)
  return digestOf(text)
}

test('serves the user who has the password, over a chain that the CA vouches for', async () => {
  assert.is((await call()).status, 200)
  const issuer = await new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca }, () => {
      resolve(socket.authorized && socket.getPeerCertificate().issuer.CN)
      socket.end()
    }).once('error', reject)
  })
  assert.is(issuer, 'artefacto registry CA')
})

test('refuses whoever names no password', async () => {
  assert.is((await call({ as: undefined })).status, 401)
})

test('refuses a wrong password', async () => {
  assert.is((await call({ as: { ...auth, password: 'guess' } })).status, 401)
})

test('is not believed by who does not know the CA', async () => {
  const error = await call({ trust: '' }).then(
    () => undefined,
    (reason: { code: string }) => reason.code,
  )
  assert.is(error, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('listens on loopback only', async () => {
  const other = Object.values(networkInterfaces())
    .flat()
    .find((at) => at && !at.internal && at.family === 'IPv4')
  if (!other) return
  const code = await call({ path: `https://${other.address}:${port}/v2/` }).then(
    () => 'served',
    (error) => error.code,
  )
  assert.is(code, 'ECONNREFUSED')
})

test('deletes manifests', async () => {
  const blob = await pushBlob('some', '{}')
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const part = { mediaType: 'application/vnd.oci.empty.v1+json', digest: blob, size: 2 }
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: part, layers: [part] })
  const path = `/v2/some/manifests/${digestOf(manifest)}`
  assert.is((await call({ method: 'PUT', path, data: manifest, type })).status, 201)
  assert.is((await call({ method: 'DELETE', path })).status, 202)
  assert.is((await call({ path })).status, 404)
})

test('has no blob cache: what garbage collection removed is gone for a running registry', async () => {
  const path = `/v2/some/blobs/${await pushBlob('some', 'an orphan')}`
  assert.is((await call({ method: 'HEAD', path })).status, 200)
  const args = ['garbage-collect', join(import.meta.dirname, '../../registry/config.yml')]
  await promisify(execFile)(program as string, args, { cwd: state.folder })
  assert.is((await call({ method: 'HEAD', path })).status, 404)
})

test('writes no line for a request that went well', async () => {
  const log = () => readFileSync(join(state.folder, 'registry.log'), 'utf8')
  const before = log()
  assert.is((await call({ path: '/v2/_catalog' })).status, 200)
  assert.is(log(), before)
})

config.run()

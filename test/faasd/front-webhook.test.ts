import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign } from '../../functions/shared/signature.ts'
import { type Gateway, startGateway } from '../../local/gateway/gateway.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { passingFolder } from '../local/host/passing-folder.ts'
import { type Front, runningFront } from './running-front.ts'

const DIST = join(import.meta.dirname, '../../dist/webhook')
const SECRET = 'a secret that GitHub knows'

/** GitHub, the front proxy with a certificate, the embedded gateway, and the webhook's own bundle. */
const webhook = suite('GitHub through the front proxy')
let gateway: Gateway
let front: Front
let ca: string
webhook.before(async () => {
  const folder = passingFolder()
  writeFileSync(join(folder, 'webhook-secret'), SECRET)
  writeFileSync(join(folder, 'payload-secret'), 'another secret of the functions')
  const authority = await makeAuthority(new Date())
  const leaf = await makeLeaf(authority, ['127.0.0.1'], new Date())
  ca = authority.cert
  writeFileSync(join(folder, 'front.pem'), `${leaf.cert}\n${leaf.key}`, { mode: 0o600 })
  gateway = await startGateway({
    port: 0,
    functions: (url) => [
      {
        name: 'webhook',
        dir: DIST,
        env: { RAW_BODY: 'true', MAX_RAW_SIZE: '25mb', secret_mount_path: folder, gateway_url: url },
      },
    ],
    adminPassword: () => 'open',
  })
  front = await runningFront(`127.0.0.1:${gateway.port}`, { CERTIFICATE: join(folder, 'front.pem') })
})
webhook.after(async () => {
  await front?.stop()
  await gateway?.close()
})

async function deliver(event: string, payload: object, secret = SECRET): Promise<[number, string]> {
  const body = JSON.stringify(payload)
  const sent = request(`${front.url}/function/webhook`, {
    method: 'POST',
    ca,
    agent: false,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'GitHub-Hookshot/044aadd',
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'X-Hub-Signature-256': sign(secret, body),
    },
  })
  sent.end(body)
  return new Promise((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', async (answer) => resolve([answer.statusCode ?? 0, await text(answer)]))
  })
}

/** A push to a branch that nobody builds, as large as wanted. */
const push = (bytes: number) => ({
  ref: 'refs/heads/main',
  after: 'a'.repeat(40),
  deleted: false,
  repository: { id: 1, full_name: 'acme/shop' },
  filler: 'ü'.repeat(bytes / 2),
})

webhook('a signed ping is answered over TLS', async () => {
  const [status, words] = await deliver('ping', { zen: 'Design for failure.' })
  assert.equal([status, JSON.parse(words).pong.slice(0, 18)], [200, 'the signature fits'])
})
webhook('another secret is refused by the function, in its words', async () => {
  const [status, words] = await deliver('ping', { zen: 'x' }, 'another')
  assert.is(status, 401)
  assert.match(words, /"error":"signature"/)
})
for (const bytes of [24_000, 70_000, 9_000_000])
  webhook(`a delivery of ${bytes} bytes arrives intact: its signature fits`, async () => {
    const [status, words] = await deliver('push', push(bytes))
    assert.is(status, 200, words)
    assert.match(words, /"ignored":"push to main/)
  })
webhook('without the certificate’s CA nothing is sent, and clear text is no way in', async () => {
  ca = (await makeAuthority(new Date())).cert
  await deliver('ping', {}).then(
    () => assert.unreachable('a stranger’s certificate was believed'),
    (error: Error) => assert.match(error.message, /certificate|self.signed/),
  )
  const clear = await fetch(front.url.replace('https', 'http')).catch((error: Error) => error)
  assert.instance(clear, Error)
})
webhook.run()

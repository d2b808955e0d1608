import { writeFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { createServer, request, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pullAccountFiles } from '../../faasd/front/pull-account.ts'
import { type KeyPair, makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { passingFolder } from '../local/host/passing-folder.ts'
import { freePort } from '../support/free-port.ts'
import { type Front, runningFront } from './running-front.ts'

const ACCOUNT = { pullUser: 'pull', pullPassword: 'p', registryUser: 'artefacto', registryPassword: 'r' }
const NOW = new Date()

type Pull = { port: number; ca: string; seen: IncomingHttpHeaders[]; stop(): Promise<void> }

/** The pull side of the real HAProxy before a server that stands for the registry, with this certificate. */
async function pullSide(certificate: (authority: KeyPair) => Promise<KeyPair>): Promise<Pull> {
  const authority = await makeAuthority(NOW)
  const seen: IncomingHttpHeaders[] = []
  const registry: Server = createServer(await certificate(authority), (asked, answer) => {
    seen.push(asked.headers)
    if (asked.url?.endsWith('/moved')) answer.writeHead(307, { Location: 'https://evil.example/' })
    answer.end('from the registry')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => registry.once('listening', resolve))
  const port = await freePort()
  const folder = passingFolder()
  const own = await makeLeaf(authority, ['127.0.0.1'], NOW)
  const files = {
    ...pullAccountFiles(ACCOUNT),
    'registry-ca.crt': authority.cert,
    'registry.pem': `${own.cert}\n${own.key}`,
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  const front: Front = await runningFront('127.0.0.1:1', {
    FOLDER: folder,
    PULL_LISTEN: `127.0.0.1:${port}`,
    PULL_CERTIFICATE: join(folder, 'registry.pem'),
    REGISTRY: `127.0.0.1:${(registry.address() as AddressInfo).port}`,
  })
  const stop = async () => {
    await front.stop()
    registry.closeAllConnections()
    registry.close()
  }
  return { port, ca: authority.cert, seen, stop }
}

function get(side: Pull, path: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const auth = `${ACCOUNT.pullUser}:${ACCOUNT.pullPassword}`
  const { port, ca } = side
  const sent = request({ host: '127.0.0.1', port, ca, path, auth, headers, agent: false }).end()
  return new Promise((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', async (answer) => resolve([answer.statusCode ?? 0, await text(answer)]))
  })
}

const asks = suite('the pull side asks the registry')
let side: Pull
asks.before(async () => {
  side = await pullSide((authority) => makeLeaf(authority, ['artefacto-registry'], NOW))
})
asks.after(() => side.stop())
asks('with the account of the registry, not with that of the person', async () => {
  assert.equal(await get(side, '/v2/'), [200, 'from the registry'])
  assert.is(side.seen.at(-1)?.authorization, `Basic ${Buffer.from('artefacto:r').toString('base64')}`)
})
asks('without what could change its addresses', async () => {
  await get(side, '/v2/web/manifests/1.0.0', {
    'X-Forwarded-Host': 'evil',
    'X-Forwarded-Proto': 'evil',
    Forwarded: 'host=evil',
    Upgrade: 'evil',
  })
  assert.not.match(JSON.stringify(side.seen.at(-1)), /evil/)
})
asks('and passes on no answer that leads elsewhere', async () => {
  const [status, words] = await get(side, '/v2/web/manifests/moved')
  assert.is(status, 502)
  assert.not.match(words, /evil/)
})

const STRANGERS: [who: string, certificate: (authority: KeyPair) => Promise<KeyPair>][] = [
  ['another name', (authority) => makeLeaf(authority, ['artefacto-docker', '127.0.0.1'], NOW)],
  ['another CA', async () => makeLeaf(await makeAuthority(NOW), ['artefacto-registry'], NOW)],
]
for (const [who, certificate] of STRANGERS)
  asks(`never tells its password to a server with the certificate of ${who}`, async () => {
    const stranger = await pullSide(certificate)
    const [status] = await get(stranger, '/v2/')
    await stranger.stop()
    assert.equal([status, stranger.seen], [503, []])
  })
asks.run()

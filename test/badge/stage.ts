import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { readConfig } from '../../functions/badge/config.ts'
import { liveLogAt } from '../../functions/badge/live-log.ts'
import { show } from '../../functions/badge/show.ts'
import { diskTag } from '../../functions/shared/disk.ts'
import { toFailure } from '../../functions/shared/failure.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'

type Given = {
  method?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string
}
type Call = { url: string; method: string; signature: string; body: string }

/** What the gateway answers for build: always the same, or, where there is a `log`, its bytes from `from` on. */
type Live = { status: number; body: string; log?: string | undefined; calls: Call[] }

/** What shields.io is given for a badge that is green at 1.4.2. */
export const GREEN_DOCUMENT = {
  schemaVersion: 1,
  label: 'build',
  message: '1.4.2',
  color: 'green',
  isError: false,
  cacheSeconds: 300,
}

const IMAGE = Buffer.from('{"schemaVersion":2,"layers":[]}')
const DISK = Buffer.from('{"schemaVersion":2,"artifactType":"disk","layers":[]}')

/** badge with everything around it: a registry, a gateway that plays build, and secrets. */
export async function openStage(env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'badge-'))
  const secret = (name: string, content: string) => writeFile(join(folder, name), content)
  await secret('payload-secret', 'first\nsecond')
  await secret('registry-user', 'badge')
  await secret('registry-password', 'open sesame')
  const memory = await startMemoryRegistry({ user: 'badge', password: 'open sesame' })
  const live: Live = { status: 404, body: '{}', calls: [] }
  const gateway = createServer(async (request, response) => {
    const signature = String(request.headers['x-hub-signature-256'])
    const { url = '', method = '' } = request
    live.calls.push({ url, method, signature, body: await text(request) })
    const from = Number(/\?from=(\d+)$/.exec(url)?.[1] ?? Number.NaN)
    const listened = live.log !== undefined && from >= 0
    response
      .writeHead(listened ? 200 : live.status, { 'Content-Type': 'application/json' })
      .end(listened ? JSON.stringify(pieceOf(live.log ?? '', from)) : live.body)
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  const gateway_url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
  const config = readConfig({ registry_url: memory.url, gateway_url, ...env })
  const secrets = secretsIn(folder)
  const registry = openRegistry(registryTransport(memory.url, secrets))
  const ledger = openLedger(registry, config.branches)
  const handle = show({ config, secrets, ledger, registry, live: liveLogAt(gateway_url, secrets) })
  return {
    memory,
    live,
    ledger,
    secret,
    /** Puts an image into the registry and gives its digest. */
    image: (service: string, version: string) =>
      registry.putManifest(service, version, 'application/vnd.oci.image.manifest.v1+json', IMAGE),
    /** The same of its disk. */
    disk: (service: string, version: string) =>
      registry.putManifest(service, diskTag(version), 'application/vnd.oci.image.manifest.v1+json', DISK),
    /** Keeps a log in the registry as build does, and gives its layer. */
    async log(content: string | Buffer) {
      const bytes = gzipSync(content)
      return { mediaType: 'x', digest: await ledger.putLog('web', bytes), size: bytes.length }
    },
    /** Calls badge; a refusal comes back as its status and code. */
    call: (path: string, { method = 'GET', query = {}, headers = {}, body = '' }: Given = {}) =>
      handle({ method, path, query, headers, body: Buffer.from(body) }).catch((thrown: unknown) => {
        const { status, code, message } = toFailure(thrown)
        return { status, headers: {} as Record<string, string>, body: `${code}: ${message}` }
      }),
    async close() {
      await memory.close()
      await new Promise((resolve) => {
        gateway.close(resolve)
        gateway.closeAllConnections()
      })
      await rm(folder, { recursive: true })
    },
  }
}

function pieceOf(log: string, from: number) {
  const piece = Buffer.from(log).subarray(from, from + 1024 * 1024)
  return { state: 'building', log: piece.toString(), next: from + piece.length }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

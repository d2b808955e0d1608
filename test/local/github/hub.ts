import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalGitHub, type LocalGitHubOptions, startLocalGitHub } from '../../../local/github/server.ts'

export const FILES = {
  'images.json': '[{"service_name":"web","version":"1.0.0","type":"Docker"}]\n',
  'web/Dockerfile': 'FROM scratch\n',
  'web/start': { exec: '#!/bin/sh\n' },
  'linked.json': { link: 'images.json' },
}

export type Received = { headers: IncomingHttpHeaders; body: Buffer }

/** A local GitHub with acme/shop in a fresh folder, given to `work` and then taken away. */
export function withHub(
  options: Partial<LocalGitHubOptions>,
  work: (hub: LocalGitHub, folder: string) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-github-'))
    const hub = await startLocalGitHub({ folder, ...options })
    try {
      await hub.create('acme/shop', { files: FILES })
      await work(hub, folder)
    } finally {
      await hub.close()
      rmSync(folder, { recursive: true })
    }
  }
}

/** An HTTP server that keeps what it is sent and answers 202. */
export async function receiver(): Promise<{ url: string; received: Received[]; close: () => void }> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(202).end('{"enqueued":true}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/function/webhook`, received, close }
}

/** A parsed document of unknown shape: what a test reads of it, it asserts. */
export type Document = ReturnType<typeof JSON.parse>

/** GETs a path below acme/shop: status, headers and parsed JSON. */
export async function get(hub: LocalGitHub, path: string, headers: Record<string, string> = {}) {
  return ask(hub, `/repos/acme/shop${path}`, { headers })
}

/** Any request to the API: status, headers and parsed JSON. */
export async function ask(hub: LocalGitHub, path: string, init: RequestInit = {}) {
  const response = await fetch(hub.url + path, init)
  const text = await response.text()
  const body: Document = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, body }
}

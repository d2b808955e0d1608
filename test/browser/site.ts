import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openStage } from '../badge/stage.ts'

/** badge's pages on 127.0.0.1, at the addresses that a gateway gives them. */
export async function openSite(env: Record<string, string> = {}) {
  const stage = await openStage({ pages: 'public', ...env })
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site.invalid')
    const path = /^\/function\/badge(?:\/|$)(.*)$/.exec(pathname)?.[1]
    if (path === undefined) return void response.writeHead(404).end()
    const { status, headers, body } = await stage.call(`/${path}`, {
      method: request.method ?? 'GET',
      query: Object.fromEntries(searchParams),
      headers: request.headers as Record<string, string>,
    })
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    stage,
    url: `http://127.0.0.1:${port}/function/badge`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await stage.close()
    },
  }
}

export type Site = Awaited<ReturnType<typeof openSite>>

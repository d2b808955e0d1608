import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { passingFolder } from '../local/host/passing-folder.ts'
import { type RunningHost, runningHost } from '../local/host/running-host.ts'

const DIST = join(import.meta.dirname, '../../dist')
const FOLDER = passingFolder()

export const SECRETS = { 'webhook-secret': 'hook', 'payload-secret': 'payload' }

/**
 * A bundle of ours in the stand-in for the template, as stack.yml deploys it, with `env` besides; the registry
 * does not answer. `secrets` are its files.
 */
export function deployed(
  name: 'webhook' | 'build' | 'badge',
  env: Record<string, string> = {},
  secrets: Record<string, string> = SECRETS,
): Promise<RunningHost> {
  const folder = mkdtempSync(join(FOLDER, 'secrets-'))
  const files = { 'registry-user': 'u', 'registry-password': 'p', 'registry-ca': 'x', ...secrets }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  return runningHost(join(DIST, 'host.cjs'), join(DIST, name), {
    RAW_BODY: 'true',
    MAX_RAW_SIZE: name === 'webhook' ? '25mb' : '64kb',
    secret_mount_path: folder,
    registry_url: 'http://127.0.0.1:1',
    github_api_url: 'http://127.0.0.1:1',
    docker_host: 'unix:///nonexistent/docker.sock',
    gateway_url: 'http://127.0.0.1:1',
    ...env,
  })
}

export type Taken = { path: string; signature: string; body: string }

/** Stands for the gateway's queue: takes every call with 202. */
export async function takingQueue(): Promise<{ url: string; taken: Taken[]; close(): void }> {
  const taken: Taken[] = []
  const server = createServer(async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('')
    taken.push({ path: request.url ?? '', signature: String(request.headers['x-hub-signature-256']), body })
    response.writeHead(202).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, taken, close: () => void server.close() }
}

import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFinal, type MergeRecord } from '../../functions/shared/merge-record.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import { localLedger } from '../../local/follow.ts'
import type { Files, LocalGitHub } from '../../local/github/server.ts'
import { ready } from '../../local/ready.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { openState, type State } from '../../local/state.ts'
import { freePort } from './free-port.ts'

/** How long a merge may take here before a test calls it lost, in ms. */
const DEADLINE_MS = 90_000

export const REPOSITORY = 'acme/shop'

export type Journey = Awaited<ReturnType<typeof openJourney>>

type More = (around: { state: State; registryPort: number }) => Record<string, Record<string, string>>

/** All of artefacto on free ports, as `npm start` starts it, with one repository that has no images.json yet. */
export async function openJourney(more: More = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-journey-'))
  const state = openState(folder)
  const lines: string[] = []
  const engine: Engine = await findOrStartEngine({ state, say: () => {} })
  const registryPort = await freePort()
  const stack: Stack = await startStack({
    state,
    engine,
    port: 0,
    registryPort,
    branch: 'develop',
    repositories: ['acme/*'],
    realGitHub: false,
    say: () => {},
    log: (line) => lines.push(line),
    more: more({ state, registryPort }),
  })
  await ready(stack.gateway.url)
  const github = stack.github as LocalGitHub
  await github.create(REPOSITORY, { files: { 'README.md': '# shop\n' } })
  const ledger = localLedger(state, stack.registry.url)
  const registry = openRegistry(registryTransport(stack.registry.url, secretsIn(state.secrets)))
  const gateway = stack.gateway.url
  const secret = (name: string) => readFileSync(join(state.secrets, name), 'utf8').trim()
  const id = async (repository = REPOSITORY) => {
    const answer = await fetch(`${github.url}/repos/${repository}`, { headers: { 'user-agent': 'test' } })
    return ((await answer.json()) as { id: number }).id
  }

  async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + DEADLINE_MS
    for (;;) {
      const found = await look()
      if (found) return found
      if (Date.now() > end) throw new Error(`${what} did not happen in time\n${lines.slice(-30).join('\n')}`)
      await sleep(50)
    }
  }

  return {
    state,
    engine,
    stack,
    github,
    gateway,
    ledger,
    registry,
    lines,
    id,
    until,
    secret,
    /** The record of a merge once it has ended: final, in error, or never confirmed. */
    ended: async (sha: string, repository = REPOSITORY): Promise<MergeRecord> => {
      const repositoryId = await id(repository)
      return until(`the end of ${sha}`, async () => {
        const record = await ledger.merge(repositoryId, sha)
        return record && (isFinal(record) || record.state === 'failed' || record.state === 'error') && record
      })
    },
    /** Merges files by a pull request and waits for the record's end. */
    async merge(files: Files, repository = REPOSITORY): Promise<MergeRecord> {
      const { sha } = await github.merge(repository, { files })
      return this.ended(sha, repository)
    },
    /** The badge's message once the cache of a few seconds shows it. */
    badge: async (service: string, message: string | RegExp): Promise<{ message: string; color: string }> => {
      let last = ''
      const fits = (text: string) => (typeof message === 'string' ? text === message : message.test(text))
      return until(`the badge of ${service} as ${message}`, async () => {
        const answer = await fetch(`${gateway}/function/badge/${service}.json`)
        const badge = (await answer.json()) as { message: string; color: string }
        last = badge.message
        return fits(last) && badge
      }).catch((error: Error) => {
        throw new Error(`${error.message}\nthe badge says ${last}`)
      })
    },
    /** A signed call, as curl with openssl or faas-cli would make it. */
    call: (
      path: string,
      body: object | string,
      name = 'payload-secret',
      headers: Record<string, string> = {},
    ) => {
      const bytes = typeof body === 'string' ? body : JSON.stringify(body)
      const signature = `sha256=${createHmac('sha256', secret(name)).update(bytes).digest('hex')}`
      const all = { 'content-type': 'application/json', 'x-hub-signature-256': signature, ...headers }
      return fetch(`${gateway}${path}`, { method: 'POST', body: bytes, headers: all })
    },
    async close(): Promise<void> {
      await stack.stop()
      await engine.stop()
      state.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A service that is one file in an empty image: no base image, so it builds in moments. */
export function service(name: string, content: string): Files {
  return { [`${name}/Dockerfile`]: 'FROM scratch\nCOPY content /\n', [`${name}/content`]: content }
}

/** images.json for services of type Docker, by name and version. */
export function images(versions: Record<string, string>): Files {
  const entries = Object.entries(versions).map(([service_name, version]) => ({
    service_name,
    version,
    type: 'Docker',
  }))
  return { 'images.json': `${JSON.stringify(entries, null, 2)}\n` }
}

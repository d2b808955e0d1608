import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger } from '../../functions/shared/ledger.ts'
import { isFinal, type MergeRecord } from '../../functions/shared/merge-record.ts'
import { pageKey } from '../../functions/shared/page-key.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import type { Files, LocalGitHub } from '../../local/github/server.ts'
import { REPOSITORY } from './shop.ts'

/** How long a merge may take here before a test calls it lost, in ms. */
const DEADLINE_MS = 180_000

type Place = {
  /** The gateway's address, or that of the front proxy before it. */
  gateway: string
  github: LocalGitHub
  /** The registry as this process reaches it. */
  registryUrl: string
  /** The folder with the functions' secrets. */
  secrets: string
  /** Between two looks at what is awaited, in ms. */
  pause: number
  /** Where a person looks for the reason why something did not happen. */
  hint: () => string
}

/** What a journey does with artefacto wherever it runs: a GitHub to merge in, and every door that is open to people. */
export function worldOf({ gateway, github, registryUrl, secrets, pause, hint }: Place) {
  const registry = openRegistry(registryTransport(registryUrl, secretsIn(secrets)))
  const ledger = openLedger(registry)
  // Of a secret that is being rotated, the first line signs.
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim().split('\n')[0] ?? ''

  /** GitHub's number of a repository. */
  const id = async (repository = REPOSITORY) => github.id(repository)

  async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = Date.now() + DEADLINE_MS
    for (;;) {
      const found = await look()
      if (found) return found
      if (Date.now() > end) throw new Error(`${what} did not happen in time\n${hint()}`)
      await sleep(pause)
    }
  }

  return {
    github,
    gateway,
    ledger,
    registry,
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
    /** What stands below the badge function's address, for who holds the key to all pages. */
    page: (path: string): Promise<Response> => {
      const headers = { authorization: `Bearer ${pageKey(secret('payload-secret'), '*')}` }
      return fetch(`${gateway}/function/badge/${path}`, { headers })
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
  }
}

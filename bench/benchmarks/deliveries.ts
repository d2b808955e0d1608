import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startGateway } from '../../local/gateway/gateway.ts'
import { startAdnanhWebhook } from '../adnanh-webhook.ts'
import type { Benchmark } from '../benchmark.ts'
import { idle } from '../cpu.ts'
import { deliveries } from '../delivery.ts'
import { type Deployed, deployed } from '../deployed.ts'
import { fixedAnswer } from '../fixed-answer.ts'
import { type Load, load, loads, type Posted } from '../load.ts'

const AGAINST = 'adnanh/webhook'

export const benchmark: Benchmark = {
  title: 'Deliveries taken',
  about: `Signed deliveries of a pull request, 24 kB each, sent by wrk over 16 connections, against
[adnanh/webhook](https://github.com/adnanh/webhook) with the same rule: HMAC-SHA256 of the body, event, action, merged,
branch. Ignored is a merge into another branch: both check all of it and say no. Of a merge into develop, webhook starts a
command that does nothing and answers without waiting for it; ours puts the job on the embedded gateway's queue, whose
worker, on the same cores, calls a function that does nothing. Both stand as they are deployed, without a gateway before them.`,
  needs: { wrk: 'wrk', webhook: 'webhook', git: 'git' },
  inCi: true,
  async run({ short, turns }) {
    const world = await openDoors()
    try {
      const seconds = short ? 1 : 2
      const sides = (kind: 'ignored' | 'built') => ({
        ours: () => world.ours(kind, seconds),
        theirs: () => world.theirs(kind, seconds),
      })
      const ignored = await loads(turns, sides('ignored'))
      const built = await loads(turns, sides('built'))
      return {
        figures: [
          { what: 'ignored', against: AGAINST, unit: 'a second', ...ignored.perSecond, goal: atLeast(3) },
          { what: 'ignored, p99', against: AGAINST, unit: 'ms', ...ignored.p99 },
          { what: 'queued', against: AGAINST, unit: 'a second', ...built.perSecond, goal: atLeast(1) },
          { what: 'queued, p99', against: AGAINST, unit: 'ms', ...built.p99 },
        ],
      }
    } finally {
      await world.close()
    }
  },
}

const atLeast = (ratio: number) => ({ of: 'ratio' as const, atLeast: ratio })

async function openDoors() {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-doors-'))
  const secret = 'a secret between GitHub and both'
  for (const name of ['webhook-secret', 'payload-secret']) writeFileSync(join(folder, name), secret)
  const sent = await deliveries(folder, secret)
  const nothing = fixedAnswer({ status: 202, headers: { 'Content-Type': 'application/json' }, body: '{}' })
  const gateway = await startGateway({
    port: 0,
    functions: () => [{ name: 'build', dir: nothing, env: {} }],
    adminPassword: () => '',
  })
  const own = await deployed('webhook', {
    MAX_RAW_SIZE: '25mb',
    secret_mount_path: folder,
    gateway_url: gateway.url,
  })
  const other = await startAdnanhWebhook(secret)
  await says(own, sent.ignored, 200, 'only develop is built')
  await says(own, sent.built, 202, 'will be built')
  await says(other, sent.ignored, 200, 'rules were not satisfied')
  await says(other, sent.built, 200, 'accepted')
  return {
    /** What is still queued is not ours to count, nor theirs to wait for. */
    async ours(kind: keyof typeof sent, seconds: number): Promise<Load> {
      const found = await load(own.url, seconds, sent[kind])
      while (gateway.queued() > 0) await sleep(20)
      return found
    },
    async theirs(kind: keyof typeof sent, seconds: number): Promise<Load> {
      const found = await load(other.url, seconds, sent[kind])
      await idle(other.pid)
      return found
    },
    async close() {
      await Promise.all([own.stop(), other.stop(), gateway.close()])
      for (const path of [folder, nothing]) rmSync(path, { recursive: true })
    },
  }
}

/** Throws where a door does not answer what it is measured for. */
async function says(door: Deployed, { file, headers }: Posted, status: number, words: string): Promise<void> {
  const answer = await fetch(door.url, { method: 'POST', headers, body: readFileSync(file) })
  const text = await answer.text()
  if (answer.status !== status || !text.includes(words))
    throw new Error(`${door.url} answered ${answer.status}, ${text}`)
}

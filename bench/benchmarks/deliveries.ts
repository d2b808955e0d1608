import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startGateway } from '../../local/gateway/gateway.ts'
import { startAdnanhWebhook } from '../adnanh-webhook.ts'
import type { Benchmark } from '../benchmark.ts'
import { deliveries } from '../delivery.ts'
import { type Deployed, deployed } from '../deployed.ts'
import { fixedAnswer } from '../fixed-answer.ts'
import { type Load, load, loads, type Posted } from '../load.ts'
import { idle } from '../worked.ts'

const AGAINST = 'adnanh/webhook'

type Kind = 'ignored' | 'built'

export const benchmark: Benchmark = {
  title: 'Deliveries taken',
  about: `Signed deliveries of a pull request, 24 kB each, sent by wrk over 16 connections, against
[adnanh/webhook](https://github.com/adnanh/webhook) with the same rule: HMAC-SHA256 of the body, event, action, merged,
branch. Ignored is a merge into another branch: both check all of it and say no. Of a merge into develop, webhook starts
\`/bin/true\` and answers without waiting for it; ours hands the job to a gateway that answers 202, as OpenFaaS's does of
what is in its queue. Worked off is the same with the embedded gateway, whose worker calls a function that does
nothing meanwhile, all on the same cores. Both are reached at their own port, without a gateway before them.`,
  needs: { wrk: 'wrk', webhook: 'webhook', git: 'git' },
  async run({ turns }) {
    const world = await openDoors()
    try {
      const other = (kind: Kind) => (lasting: number) => world.other(kind, lasting)
      const own = (kind: Kind) => (lasting: number) => world.own(kind, lasting)
      const ignored = await loads(turns, { ours: own('ignored'), theirs: other('ignored') })
      const built = await loads(turns, { ours: own('built'), theirs: other('built') })
      const few = Math.min(turns, 5)
      const worked = await loads(few, { ours: world.embedded, theirs: other('built') })
      return {
        figures: [
          { what: 'ignored', against: AGAINST, unit: 'a second', ...ignored.perSecond, goal: atLeast(3) },
          { what: 'ignored, p99', against: AGAINST, unit: 'ms', ...ignored.p99 },
          { what: 'ignored, processor time of one', against: AGAINST, unit: 'ms', ...ignored.work },
          { what: 'queued', against: AGAINST, unit: 'a second', ...built.perSecond, goal: atLeast(1) },
          { what: 'queued, p99', against: AGAINST, unit: 'ms', ...built.p99 },
          { what: 'queued and worked off', against: AGAINST, unit: 'a second', ...worked.perSecond },
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
  const taken = fixedAnswer({ status: 202, headers: {}, body: '' })
  const queue = await deployed('queue', {}, taken)
  const gateway = await startGateway({
    port: 0,
    functions: () => [{ name: 'build', dir: taken, env: {} }],
    adminPassword: () => '',
  })
  const webhookAt = (gateway_url: string) =>
    deployed('webhook', { MAX_RAW_SIZE: '25mb', secret_mount_path: folder, gateway_url })
  const [own, embedded] = [await webhookAt(queue.url), await webhookAt(gateway.url)]
  const other = await startAdnanhWebhook(secret)
  for (const door of [own, embedded]) {
    await says(door, sent.ignored, 200, 'only develop is built')
    await says(door, sent.built, 202, 'will be built')
  }
  await says(other, sent.ignored, 200, 'rules were not satisfied')
  await says(other, sent.built, 200, 'accepted')
  return {
    own: (kind: Kind, seconds: number) => load(own, seconds, { posted: sent[kind] }),
    /** What is still queued afterwards is not ours to count, nor theirs to wait for. */
    async embedded(seconds: number): Promise<Load> {
      const found = await load(embedded, seconds, { posted: sent.built })
      while (gateway.queued() > 0) await sleep(20)
      return found
    },
    async other(kind: Kind, seconds: number): Promise<Load> {
      const found = await load(other, seconds, { posted: sent[kind] })
      await idle(other.pid)
      return found
    },
    async close() {
      await Promise.all([own, embedded, queue, other].map(({ stop }) => stop()))
      await gateway.close()
      for (const path of [folder, taken]) rmSync(path, { recursive: true })
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

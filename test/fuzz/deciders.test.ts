import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import type { Context } from '../../functions/build/context.ts'
import type { Job } from '../../functions/build/job.ts'
import { mergeTime } from '../../functions/build/merge-time.ts'
import { shownMerges } from '../../functions/build/missed.ts'
import { versioned } from '../../functions/build/plan.ts'
import { SOURCE_LABEL } from '../../functions/build/source-digest.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { toFailure } from '../../functions/shared/failure.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { decide } from '../../functions/webhook/decide.ts'
import { parseDelivery } from '../../functions/webhook/delivery.ts'
import { putImage } from '../build/image-in-memory.ts'
import { mergeOf } from '../shared/records.ts'
import { changed, push, SHA } from '../webhook/deliveries.ts'
import { quickRegistry } from './quick-registry.ts'
import { trying } from './seed.ts'

const RULES = { branches: ['develop'], repositories: ['acme/*'] }

const webhook = suite('decide')
webhook(
  'takes exactly the closed, merged pull requests of the branch and of the allow-list, and checks the open ones',
  () => {
    const full_name = fc.constantFrom('acme/shop', 'ACME/shop', 'evil/shop', 'acmeevil/shop')
    const ref = fc.constantFrom('develop', 'main', 'refs/heads/develop', 'develop ', 'Develop')
    const property = fc.property(
      full_name,
      ref,
      fc.boolean(),
      fc.constantFrom('closed', 'opened'),
      (name, base, merged, action) => {
        const into = { ref: base, repo: { id: 7, full_name: name } }
        const document = changed(action, { merged, merge_commit_sha: SHA, base: into })
        const ours = name.toLowerCase() === 'acme/shop'
        const wanted = ours && base === 'develop' && merged && action === 'closed'
        try {
          const decision = decide(parseDelivery('pull_request', Buffer.from(JSON.stringify(document))), RULES)
          assert.is('merge' in decision, wanted)
          assert.is('check' in decision, ours && base === 'develop' && action === 'opened')
        } catch (thrown) {
          assert.is(toFailure(thrown).code, 'not_allowed')
          assert.not.ok(ours)
        }
      },
    )
    fc.assert(property, trying(500))
  },
)
webhook('takes exactly the pushes to the branch that do not delete it', () => {
  const ref = fc.constantFrom(
    'refs/heads/develop',
    'refs/tags/develop',
    'develop',
    'refs/heads/refs/heads/develop',
  )
  const property = fc.property(ref, fc.boolean(), (to, deleted) => {
    const bytes = Buffer.from(JSON.stringify(push({ ref: to, deleted })))
    assert.is('merge' in decide(parseDelivery('push', bytes), RULES), to === 'refs/heads/develop' && !deleted)
  })
  fc.assert(property, trying(100))
})
webhook.run()

const VERSION = fc.constantFrom('1.0', '1.1', 'dev')

const promise = suite('a version')
promise('that is taken is never built again, and one that is free always is', async () => {
  const image = fc.record({ version: VERSION, source: fc.constantFrom('v1:a', 'v1:b') })
  const property = fc.asyncProperty(
    fc.uniqueArray(image, { selector: ({ version }) => version }),
    image,
    async (there, asked) => {
      const registry = openRegistry(quickRegistry().perform)
      for (const { version, source } of there)
        await putImage(registry, 'web', version, { [SOURCE_LABEL]: source })
      const shop = { registry, ledger: openLedger(registry), config: readConfig({}) } as Workshop
      const entry = { service_name: 'web', version: asked.version, type: 'Docker' } as const
      const planned = await versioned(shop, { time: 1 } as Job, entry, {} as Context, asked.source).catch(
        toFailure,
      )
      const stands = there.find(({ version }) => version === asked.version)
      const verdict = 'verdict' in planned ? planned.verdict : planned.code
      const same = stands?.source === asked.source
      const free = stands === undefined || asked.version === 'dev'
      assert.is(verdict, same ? 'unchanged' : free ? 'build' : 'version_taken')
    },
  )
  await fc.assert(property, trying(300))
})
promise.run()

const DAY = Date.parse('2026-11-22T00:00:00Z')
const sha = (number: number) => String(number).padStart(40, '0')
const date = (seconds: number) => new Date(DAY + seconds * 1000).toISOString()

const missed = suite('the merges that GitHub shows')
missed('are a set: each once, since the start, oldest first, whatever page told of it', () => {
  const merged = fc.record({
    number: fc.integer({ min: 1, max: 9 }),
    parents: fc.integer({ min: 1, max: 3 }),
    pull: fc.boolean(),
    closed: fc.boolean(),
    elsewhere: fc.boolean(),
  })
  const property = fc.property(
    fc.uniqueArray(merged, { selector: ({ number }) => number }),
    fc.nat(10),
    (all, start) => {
      const commits = all.map(({ number, parents }) => ({
        sha: sha(number),
        parents: Array.from({ length: parents }, () => ({ sha: sha(0) })),
        commit: { message: '', committer: { date: date(number) } },
      }))
      const pulls = all
        .filter(({ pull }) => pull)
        .map(({ number, closed: only, elsewhere }) => ({
          number,
          merged_at: only ? null : date(number),
          merge_commit_sha: sha(number),
          base: { ref: elsewhere ? 'main' : 'develop', repo: { id: 7 } },
        }))
      const shown = shownMerges(pulls, commits, { repositoryId: 7, branch: 'develop' }, DAY + start * 1000)
      const isMerge = (one: (typeof all)[number]) =>
        one.parents > 1 || (one.pull && !one.closed && !one.elsewhere)
      const expected = all.filter((one) => isMerge(one) && one.number >= start).map(({ number }) => number)
      assert.equal(
        shown.map((one) => Number(one.sha)),
        expected.sort((a, b) => a - b),
      )
    },
  )
  fc.assert(property, trying(1000))
})
missed.run()

const order = suite('the times of merges')
order('of one second are those of the history, in whatever order they are told', async () => {
  const told = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 2 })
  const property = fc.asyncProperty(told, async (arrivals) => {
    const compare = async (_name: string, base: string, head: string) => {
      const ahead = Number(head) - Number(base)
      return { status: 'ahead', ahead_by: Math.max(ahead, 0), behind_by: Math.max(-ahead, 0) }
    }
    const works = openWorks()
    const ledger = openLedger(openRegistry(quickRegistry().perform))
    const shop = { works, ledger, github: { compare } } as unknown as Workshop
    const times = new Map<number, number>()
    for (const index of arrivals) {
      const record = mergeOf('x', undefined, { sha: sha(index) })
      const inWork = shop.works.records(record.repositoryId)
      const time = await mergeTime(shop, record, DAY, { newest: undefined, shas: [], inWork })
      works.begin({ ...record, time })
      times.set(index, time)
    }
    const byTime = [...times].sort(([, a], [, b]) => a - b).map(([index]) => index)
    assert.equal(
      byTime,
      [...arrivals].sort((a, b) => a - b),
    )
    assert.is(new Set(times.values()).size, arrivals.length)
  })
  await fc.assert(property, trying(300))
})
order.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { see } from '../../functions/badge/see.ts'
import { branchesOf } from '../../functions/shared/branches.ts'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { type PlayedWorld, playedWorld } from '../fuzz/played-world.ts'
import type { Happening, Named } from '../fuzz/story.ts'
import { failureOf } from '../support/failure-of.ts'

const BOTH = ['develop', 'main'] as const
const web = (version: string, more: Partial<Named> = {}): Named => ({
  name: 'web',
  version,
  source: 0,
  breaks: false,
  ...more,
})
type Merge = Extract<Happening, { kind: 'merge' }>
const merge = (service: Named, more: Partial<Merge> = {}): Merge => ({
  kind: 'merge',
  repository: 0,
  services: [service],
  squash: false,
  told: 'pull',
  later: 60,
  ...more,
})
const forward = (told = true): Happening => ({ kind: 'forward', repository: 0, told })
const catchUp: Happening = { kind: 'catch-up' }

// Every merge that ends is a line of the log.
process.stderr.write = () => true

let world: PlayedWorld
const ledger = (branches: readonly [string, ...string[]] = BOTH): Ledger =>
  openLedger(openRegistry(world.quick.perform), branches)
const shas = () => world.repositories[0]?.merges.map(({ sha }) => sha) ?? []
const recordOf = (sha = '') => ledger().merge(world.repositories[0]?.id ?? 0, sha)
const lastRecord = () => recordOf(shas().at(-1))
const newestOf = async (branch: string) =>
  shas().indexOf((await ledger().newest(world.repositories[0]?.id ?? 0, branch))?.sha ?? '')

/** What the badge of web says of a branch. */
async function badge(branch: string, branches: readonly [string, ...string[]] = BOTH): Promise<string> {
  const registry = openRegistry(world.quick.perform)
  const all = ledger(branches)
  const one = {
    ...all,
    newest: (id: number) => all.newest(id, branch),
    published: (name: string) => all.published(name, branch),
  }
  const { color, message } = await see({ ledger: one, registry }, 'web')
  return `${color} ${message}`
}
const puts = (what: RegExp) => [...world.quick.history.keys()].filter((tag) => what.test(tag))

async function happen(...all: Happening[]): Promise<void> {
  for (const one of all) {
    await world.happen(one)
    await world.settle(0)
  }
}

async function begin(branches = 'develop main'): Promise<void> {
  world = playedWorld(1, false, branches)
  await happen(merge(web('1.0'), { told: 'nobody' }), catchUp)
  assert.is((await lastRecord())?.state, 'built')
}

const forwarding = suite('a branch that is fast-forwarded to another')
forwarding.before.each(() => begin())
forwarding('has its merge, and nothing is built for it', async () => {
  await happen(merge(web('1.1', { source: 1 })))
  assert.equal([await badge('develop'), await badge('main')], ['green 1.1', 'grey unknown'])
  const before = await lastRecord()
  const staged = puts(/^staging/).length
  await happen(forward())
  const after = await lastRecord()
  assert.equal(after, { ...before, branch: 'develop main' })
  assert.is(puts(/^staging/).length, staged)
  assert.equal([await badge('develop'), await badge('main')], ['green 1.1', 'green 1.1'])
  const { services: [service] = [] } = after ?? {}
  assert.equal(branchesOf((await ledger().build('web', service?.build ?? '')) as never), BOTH)
})
forwarding('is told of it twice, and has it once', async () => {
  await happen(merge(web('1.1', { source: 1 })), forward(), forward())
  assert.is((await lastRecord())?.branch, 'develop main')
})
forwarding('has one that is being built once that is over', async () => {
  await world.happen(merge(web('1.1', { source: 1 })))
  await world.happen({ kind: 'pause', turns: 30 })
  assert.not.ok(['built', 'failed'].includes((await lastRecord())?.state ?? ''), 'it is still being built')
  await world.happen(forward())
  assert.is(await badge('main'), 'grey unknown')
  await world.settle(0)
  await world.happen({ kind: 'pause', turns: 200 })
  await world.settle(0)
  assert.equal([await badge('develop'), await badge('main')], ['green 1.1', 'green 1.1'])
})
forwarding(
  'has nothing of a claim that GitHub does not confirm, and nothing is run again for it',
  async () => {
    await happen(forward(), merge(web('1.1', { source: 1 })))
    const before = await lastRecord()
    const [repository] = world.repositories
    const later = { pull_request: 2, delivered: '2030-01-01T00:00:00Z' }
    for (const more of [{}, later]) {
      const reply = await world.claim(repository as never, before?.sha ?? '', { branch: 'main', ...more })
      assert.is(reply.status, 202)
      assert.match(String(reply.body), 'is of main as well, once GitHub has confirmed it')
      await world.settle(0)
      assert.equal(await lastRecord(), before)
    }
    assert.is(await badge('main'), 'green 1.0')
    const other = await failureOf(world.claim(repository as never, before?.sha ?? '', { branch: 'other' }))
    assert.equal(
      [other.code, other.message],
      ['not_allowed', 'other is not built here: `branch` is develop main'],
    )
  },
)
forwarding('is red where what came to it has failed', async () => {
  await happen(forward(), merge(web('1.1', { source: 1, breaks: true })), forward())
  assert.equal(
    [await badge('develop'), await badge('main')],
    ['red 1.0 · 1.1 failing', 'red 1.0 · 1.1 failing'],
  )
})
forwarding('has a squash merge, whose commit has one parent', async () => {
  await happen(merge(web('1.1', { source: 1 }), { squash: true }), forward())
  assert.is(await badge('main'), 'green 1.1')
})
forwarding('is found by the catch-up where nobody has told of it', async () => {
  await happen(forward(false))
  await world.settle(1)
  assert.is(await newestOf('main'), 0, 'seen for the first time')
  await happen(
    merge(web('1.1', { source: 1 })),
    merge(web('1.2', { source: 2 }), { squash: true }),
    forward(false),
  )
  assert.equal([await badge('develop'), await badge('main')], ['green 1.2', 'green 1.0'])
  await happen(catchUp)
  assert.equal([await badge('develop'), await badge('main')], ['green 1.2', 'green 1.2'])
  assert.is((await recordOf(shas()[1]))?.branch, 'develop', 'it never was at this one')
})
forwarding(
  'is asked for every ten minutes while it is not there, where the repository has another',
  async () => {
    await happen(forward(false), catchUp)
    assert.is(await newestOf('main'), -1)
    await world.settle(1)
    assert.is(await newestOf('main'), 0)
  },
)
forwarding('has a merge that only its own push has told of, and so has the other branch', async () => {
  await happen(merge(web('1.1', { source: 1 }), { told: 'nobody' }), forward())
  assert.equal([(await lastRecord())?.branch, await badge('main')], ['main', 'green 1.1'])
  assert.is(await badge('develop'), 'green 1.0')
  await happen(catchUp)
  assert.equal([(await lastRecord())?.branch, await badge('develop')], ['main develop', 'green 1.1'])
})
forwarding('runs a merge that was superseded on the other one: here nothing takes its place', async () => {
  await happen(merge(web('dev', { source: 1 })))
  const record = await lastRecord()
  assert.ok(record)
  const services = record.services.map((service) => ({ ...service, state: 'superseded' as const }))
  await ledger().writeMerge({ ...record, state: 'superseded', services })
  await happen(forward())
  await world.settle(0)
  const after = await lastRecord()
  assert.equal([after?.state, after?.branch, await badge('main')], ['built', 'develop main', 'green dev'])
})
forwarding.run()

const setting = suite('the setting branch, changed')
setting('shows a branch that is added as its head is, though that was merged before', async () => {
  await begin('develop')
  await happen(merge(web('1.1', { source: 1 })), forward(false), merge(web('1.2', { source: 2 })))
  await world.deploy('develop main')
  await happen(catchUp)
  assert.equal([await badge('develop'), await badge('main')], ['green 1.2', 'green 1.1'])
  assert.equal(
    [(await recordOf(shas()[1]))?.branch, (await lastRecord())?.branch],
    ['develop main', 'develop'],
  )
})
setting('shows each as it was in another order', async () => {
  await begin()
  await happen(merge(web('1.1', { source: 1 })), forward(), merge(web('1.2', { source: 2 })))
  for (const order of [['main', 'develop'], BOTH, ['main', 'develop']] as const) {
    await world.deploy(order.join(' '))
    await world.settle(0)
    assert.equal([await badge('develop', order), await badge('main', order)], ['green 1.2', 'green 1.1'])
  }
  const starts = await ledger().starts(world.repositories[0]?.id ?? 0)
  assert.equal(Object.keys(starts).sort(), ['develop', 'main'])
})
setting('shows a branch under its new name once that has its head', async () => {
  await begin('develop')
  await happen(merge(web('1.1', { source: 1 })), forward(false))
  await world.deploy('main')
  await world.settle(0)
  await happen(catchUp)
  assert.is(await badge('main', ['main']), 'green 1.1')
})
setting('takes one that comes back for new: what was merged meanwhile is none of ours', async () => {
  const starts = async () => Object.keys(await ledger().starts(world.repositories[0]?.id ?? 0)).sort()
  await begin()
  await happen(forward())
  await world.settle(1)
  assert.equal(await starts(), ['develop', 'main'])
  await world.deploy('develop')
  await happen(merge(web('1.1', { source: 1 }), { told: 'nobody' }), forward(false), catchUp)
  await happen(merge(web('1.2', { source: 2 })), forward(false), catchUp)
  assert.equal(await starts(), ['develop'])
  await world.deploy('develop main')
  await happen(catchUp)
  assert.is(await badge('main'), 'green 1.2')
  assert.is((await recordOf(shas()[1]))?.branch, 'develop')
})
setting.run()

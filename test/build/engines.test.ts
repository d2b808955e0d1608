import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Engine } from '../../functions/build/engine.ts'
import type { Engines } from '../../functions/build/engines.ts'
import { openWorks } from '../../functions/build/works.ts'
import { Failure, type FailureCode } from '../../functions/shared/failure.ts'
import { enginesOf } from '../support/engines-of.ts'
import { failureOf } from '../support/failure-of.ts'
import { NEVER } from './engine-stage.ts'

// Who is left out and who is back stands in the log.
process.stderr.write = () => true

const DOWN = () => Promise.reject(new Failure('engine_down', 'it does not answer'))

/** Engines of these names that answer unless they are `down`, how often each was asked, and a clock. */
function open(...names: string[]) {
  const down = new Set<string>()
  const asked: string[] = []
  const works = openWorks()
  works.untidy = works.cacheGrown = false
  const clock = { uptime: 0 }
  const ping = (name: string) => async () => {
    asked.push(name)
    if (down.has(name)) await DOWN()
  }
  const played = Object.fromEntries(names.map((name) => [name, { ping: ping(name) }]))
  const engines = enginesOf(played, { works, uptime: () => clock.uptime })
  return { engines, down, asked, works, clock }
}

/** A build that runs until `end` is called, and where. */
async function begin(engines: Engines, service: string) {
  let end = () => {}
  let host = ''
  const done = engines.use(service, NEVER, (one) => {
    host = one.host
    return new Promise<void>((resolve) => {
      end = resolve
    })
  })
  await Promise.resolve()
  return {
    host,
    end: () => {
      end()
      return done
    },
  }
}
const where = (engines: Engines, service: string): Promise<string> =>
  engines.use(service, NEVER, async ({ host }) => host)
const fail = (engines: Engines, service: string, code: FailureCode, signal = NEVER) =>
  failureOf(
    engines.use(service, signal, async ({ host }) => {
      throw new Failure(code, host)
    }),
  )

const use = suite('the engine that a build is given')
use('is the one with the fewest builds, until one ends', async () => {
  const { engines } = open('a', 'b', 'c')
  const builds = await Promise.all(['1', '2', '3'].map((service) => begin(engines, service)))
  assert.equal(builds.map(({ host }) => host).sort(), ['a', 'b', 'c'])
  await builds[1]?.end()
  assert.is(await where(engines, '4'), builds[1]?.host)
})
use('is the one that built the service last, once it was the least busy', async () => {
  const { engines } = open('a', 'b')
  const usual = await where(engines, 'web')
  const busy = await begin(engines, 'web')
  assert.is(busy.host, usual)
  const other = await where(engines, 'web')
  assert.is.not(other, usual)
  await busy.end()
  // It ended last, on its usual one.
  assert.is(await where(engines, 'web'), usual)
})

const LEFT_OUT: [FailureCode, boolean][] = [
  ['engine_down', true],
  ['engine_error', true],
  ['base_unreachable', true],
  ['registry_down', true],
  ['build_failed', false],
  ['build_timeout', false],
  ['base_refused', false],
]
for (const [code, out] of LEFT_OUT)
  use(`is ${out ? 'left out for a while' : 'none the worse'} after ${code}`, async () => {
    const { engines } = open('a', 'b')
    const { message: host } = await fail(engines, 'web', code)
    assert.is((await where(engines, 'web')) === host, !out)
    assert.equal(engines.counts(), out ? { used: 1, left_out: 1 } : { used: 2, left_out: 0 })
    assert.is(engines.slots.concurrency, out ? 2 : 4)
  })
use('is none the worse where somebody else ended the build', async () => {
  const { engines } = open('a', 'b')
  await fail(engines, 'web', 'registry_down', AbortSignal.abort())
  assert.is(engines.counts().left_out, 0)
})
use('is any, where all are left out', async () => {
  const { engines } = open('a', 'b')
  const hosts = [await fail(engines, 'web', 'engine_error'), await fail(engines, 'web', 'engine_error')]
  assert.is(new Set(hosts.map(({ message }) => message)).size, 2)
  assert.equal([engines.counts().left_out, engines.slots.concurrency], [2, 4])
  assert.not(engines.othersStand())
  assert.ok(await where(engines, 'web'))
})
use.run()

const back = suite('an engine that was left out')
back('is back once it has rested and answers; what it may have of ours is looked for', async () => {
  const { engines, clock, works, asked } = open('a', 'b')
  await fail(engines, 'web', 'engine_error')
  clock.uptime = 29_000
  await engines.lookAgain()
  await engines.ready()
  assert.equal([engines.counts().left_out, works.untidy, asked.length], [1, false, 1])
  clock.uptime = 30_000
  await engines.lookAgain()
  assert.equal([engines.counts().left_out, works.untidy, works.cacheGrown], [0, true, true])
  assert.is(engines.slots.concurrency, 4)
})
back('rests once more where it does not answer', async () => {
  const { engines, down, clock } = open('a', 'b')
  const { message: host } = await fail(engines, 'web', 'engine_down')
  down.add(host)
  clock.uptime = 30_000
  await engines.lookAgain()
  down.delete(host)
  clock.uptime = 59_000
  await engines.lookAgain()
  assert.is(engines.counts().left_out, 1)
  clock.uptime = 60_000
  await engines.ready()
  await engines.lookAgain()
  assert.is(engines.counts().left_out, 0)
})
back('stays out where a build breaks there while it is looked at', async () => {
  const clock = { uptime: 0 }
  const later = { ping: () => sleep(10) }
  const engines = enginesOf({ a: later, b: later }, { uptime: () => clock.uptime })
  const looking = engines.ready()
  await fail(engines, 'web', 'engine_error')
  await looking
  assert.is(engines.counts().left_out, 1)
  await fail(engines, 'web', 'engine_error')
  clock.uptime = 30_000
  const looksAgain = engines.lookAgain()
  await fail(engines, 'web', 'engine_error')
  await looksAgain
  assert.is(engines.counts().left_out, 1)
})
back.run()

const ready = suite('whether a merge may begin')
ready('is said by one engine that answers, though another never does', async () => {
  const never: Partial<Engine> = { ping: () => new Promise(() => {}) }
  await enginesOf({ never, b: { ping: async () => {} } }).ready()
})
ready('leaves out those that do not answer', async () => {
  const { engines, down } = open('a', 'b')
  down.add('a')
  await engines.ready()
  assert.is(engines.counts().left_out, 1)
  assert.equal(await Promise.all(['1', '2', '3'].map((service) => where(engines, service))), ['b', 'b', 'b'])
})
ready('is a failure with its reason where none answers, and asks all of them the next time', async () => {
  const { engines, down, asked } = open('a', 'b')
  down.add('a').add('b')
  const failure = await failureOf(engines.ready())
  assert.equal(
    [failure.code, failure.message],
    ['engine_down', 'none of 2 Docker Engines can be used: it does not answer'],
  )
  down.clear()
  await engines.ready()
  assert.equal(asked, ['a', 'b', 'a', 'b'])
  assert.is(engines.counts().left_out, 0)
})
ready.run()

const each = suite('what is asked of each engine')
each('is asked of those that are there, and of the others when they are back', async () => {
  const { engines, down, works, clock } = open('a', 'b')
  down.add('a')
  let asked = 0
  const ask = async () => {
    asked += 1
    if (asked === 1) throw new Failure('engine_down')
  }
  await engines.each(ask)
  await engines.each(ask)
  assert.equal([asked, works.untidy], [3, false])
  down.clear()
  clock.uptime = 30_000
  await engines.lookAgain()
  await engines.each(ask)
  assert.equal([asked, works.untidy], [5, true])
})
each('is a failure where one answers, and refuses', async () => {
  const { engines } = open('a', 'b')
  const refused = () => Promise.reject(new Failure('engine_down', 'refused'))
  assert.is((await failureOf(engines.each(refused))).message, 'refused')
  assert.is(engines.counts().left_out, 0)
})
each.run()

const alone = suite('an engine that is alone')
alone('is never left out, and never asked more than is wanted', async () => {
  const { engines, down, asked } = open('a')
  await fail(engines, 'web', 'engine_error')
  assert.equal([engines.counts(), engines.slots.concurrency], [{ used: 1, left_out: 0 }, 2])
  assert.not(engines.othersStand())
  await failureOf(engines.each(DOWN))
  await engines.lookAgain()
  assert.equal(asked, [])
  down.add('a')
  assert.is((await failureOf(engines.ready())).message, 'it does not answer')
  assert.equal(asked, ['a'])
})
alone.run()

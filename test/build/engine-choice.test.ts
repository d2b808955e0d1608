import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Candidate, chooseEngine } from '../../functions/build/engine-choice.ts'

const engines = (running: Record<string, number>): Candidate[] =>
  Object.entries(running).map(([host, count]) => ({ host, running: count }))

const rows: [title: string, running: Record<string, number>, last: string | undefined, chosen: string][] = [
  ['the only one, however much it has to do', { a: 9 }, undefined, 'a'],
  ['the one with the fewest builds', { a: 2, b: 1, c: 3 }, undefined, 'b'],
  ['the one with the fewest, though the cache is elsewhere', { a: 1, b: 0 }, 'a', 'b'],
  ['among equals the one that built the service last', { a: 1, b: 2, c: 1 }, 'c', 'c'],
  ['among equals that one wherever it stands', { a: 0, b: 0, c: 0 }, 'a', 'a'],
]
const choice = suite('the engine of a build')
for (const [title, running, last, chosen] of rows)
  choice(`is ${title}`, () => {
    assert.is(chooseEngine(engines(running), '1/web', last).host, chosen)
  })

choice('is the same before anything is known, in whatever order the engines are named', () => {
  const hosts = ['tcp://one:2376', 'tcp://two:2376', 'tcp://three:2376']
  const named = (order: string[]) =>
    chooseEngine(engines(Object.fromEntries(order.map((host) => [host, 0]))), '1/web').host
  assert.is(named(hosts), named(hosts.toReversed()))
})

choice('is another for other services, and stays what it was where an engine is added', () => {
  const services = Array.from({ length: 400 }, (_, at) => `1/service-${at}`)
  const chosen = (running: Record<string, number>) =>
    services.map((service) => chooseEngine(engines(running), service).host)
  const [before, after] = [chosen({ a: 0, b: 0, c: 0 }), chosen({ a: 0, b: 0, c: 0, d: 0 })]
  for (const host of ['a', 'b', 'c']) {
    const share = before.filter((one) => one === host).length
    assert.ok(share > 80 && share < 190, `${host} has ${share} of 400`)
  }
  const moved = after.filter((host, at) => host !== before[at])
  assert.equal([...new Set(moved)], ['d'])
})
choice.run()

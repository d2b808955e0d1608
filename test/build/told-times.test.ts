import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openToldTimes } from '../../functions/build/told-times.ts'

const timesOf = ({ times }: { times: ReadonlyMap<string, number> }) => Object.fromEntries(times)

const told = suite('told times')
told('are those of the commits in which the files changed', () => {
  const { tell } = openToldTimes()
  assert.equal(timesOf(tell('1/web', ['A a', 'B b'], 100_900)), { 'A a': 100, 'B b': 100 })
  assert.equal(timesOf(tell('1/web', ['A a', 'C b'], 200_000)), { 'A a': 100, 'C b': 200 })
})
told('are new where a file has a content again that it had', () => {
  const { tell } = openToldTimes()
  tell('1/web', ['A a'], 100_000)
  tell('1/web', ['B a'], 200_000)
  assert.equal(timesOf(tell('1/web', ['A a'], 300_000)), { 'A a': 300 })
})
for (const [title, committed] of [
  ['in the same second', 100_000],
  ['before the last', 50_000],
] as const)
  told(`are never those of another content, at a commit ${title}`, () => {
    const { tell } = openToldTimes()
    const seen = ['A', 'B', 'A', 'C', 'A'].map((content, at) =>
      Number(tell('1/web', [`${content} a`], at === 0 ? 100_000 : committed).times.get(`${content} a`)),
    )
    assert.equal(seen, [100, 101, 102, 103, 104])
  })
told('are told under one key a service, which nobody else has', () => {
  const { tell } = openToldTimes()
  const keys = ['1/web', '2/web', '1/api', '1/web'].map((service) => tell(service, [], 0).key)
  assert.is(keys[3], keys[0])
  assert.is(new Set([...keys, openToldTimes().tell('1/web', [], 0).key]).size, 4)
})
told('are forgotten with their key, of the service that was built longest ago', () => {
  const { tell } = openToldTimes()
  const many = Array.from({ length: 60_000 }, (_, at) => `A ${at}`)
  const [web, api] = [tell('1/web', ['A a'], 100_000), tell('1/api', many, 100_000)]
  tell('1/web', ['A a'], 200_000)
  tell('1/large', many, 200_000)
  const again = tell('1/web', ['A a'], 300_000)
  assert.equal([again.key, again.times.get('A a')], [web.key, 100])
  assert.is.not(tell('1/api', [], 300_000).key, api.key)
})
told('have another key and are all new once they are forgotten, those of that service alone', () => {
  const { tell, forget } = openToldTimes()
  const [web, api] = [tell('1/web', ['A a'], 100_000), tell('1/api', ['A a'], 100_000)]
  forget('1/web')
  const again = tell('1/web', ['A a'], 200_000)
  assert.is.not(again.key, web.key)
  assert.equal(timesOf(again), { 'A a': 200 })
  assert.is(tell('1/api', ['A a'], 200_000).key, api.key)
})
told.run()

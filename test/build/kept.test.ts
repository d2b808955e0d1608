import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openKept } from '../../functions/build/kept.ts'

/** Answers that count the questions, good for 10 ms; every question that begins with `bad` fails. */
function counting() {
  const clock = { now: 0 }
  let asked = 0
  const kept = openKept(
    () => clock.now,
    async (key: string) => {
      asked += 1
      if (key.startsWith('bad')) throw new Error(key)
      return { value: `${key} ${asked}`, ms: 10 }
    },
  )
  return { clock, kept }
}

const keeping = suite('openKept')
keeping('asks once for all that want an answer while it is good', async () => {
  const { clock, kept } = counting()
  assert.equal(await Promise.all([kept.get('a'), kept.get('a'), kept.get('b')]), ['a 1', 'a 1', 'b 2'])
  clock.now = 9
  assert.is(await kept.get('a'), 'a 1')
  clock.now = 10
  assert.is(await kept.get('a'), 'a 3')
})
keeping('asks again where the question failed', async () => {
  const { kept } = counting()
  const failed = () => kept.get('bad').catch((error: Error) => error.message)
  assert.equal([await failed(), await failed()], ['bad', 'bad'])
})
keeping('forgets an answer, but not the one that has come after it', async () => {
  const { kept } = counting()
  const first = kept.get('a')
  await first
  kept.forget('a', first)
  assert.is(await kept.get('a'), 'a 2')
  kept.forget('a', first)
  assert.is(await kept.get('a'), 'a 2')
})
keeping.run()

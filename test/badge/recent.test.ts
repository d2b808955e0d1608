import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recent } from '../../functions/badge/recent.ts'

let clock = 0
let asked: string[] = []
const answers = () => {
  clock = 0
  asked = []
  const ask = async (key: string) => `${key}${asked.push(key)}`
  return recent(ask, { keepMs: 5_000, entries: 2 }, () => clock)
}

const keeping = suite('badge recent')
keeping('asks once for questions at the same time', async () => {
  const { get } = answers()
  assert.equal(await Promise.all([get('a'), get('a')]), ['a1', 'a1'])
})
keeping('asks again when the answer is old', async () => {
  const { get } = answers()
  await get('a')
  clock = 4_999
  assert.is(await get('a'), 'a1')
  clock = 5_000
  assert.is(await get('a'), 'a2')
})
keeping('asks again when told to forget, even while an answer is on its way', async () => {
  const { get, forget } = answers()
  const before = get('a')
  forget('a')
  assert.equal(await Promise.all([before, get('a')]), ['a1', 'a2'])
})
keeping('drops the oldest when it is full', async () => {
  const { get } = answers()
  for (const key of ['a', 'b', 'c', 'b', 'a']) await get(key)
  assert.equal(asked, ['a', 'b', 'c', 'a'])
})
keeping.run()

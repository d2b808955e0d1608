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

const renewing = suite('badge recent, renewed')
renewing('gives an answer that is no longer fresh at once, and asks anew behind it', async () => {
  clock = 0
  asked = []
  const ask = async (key: string) => `${key}${asked.push(key)}`
  const { get, forget } = recent(ask, { keepMs: 60_000, freshMs: 5_000, entries: 2 }, () => clock)
  await get('a')
  clock = 5_000
  assert.equal(await Promise.all([get('a'), get('a')]), ['a1', 'a1'])
  assert.is(await get('a'), 'a2')
  clock = 66_000
  assert.is(await get('a'), 'a3')
  clock = 71_000
  const old = get('a')
  forget('a')
  assert.equal(await Promise.all([old, get('a')]), ['a3', 'a5'])
  assert.is(await get('a'), 'a5', 'what was asked before the forgetting does not come back')
})
renewing('keeps no failure', async () => {
  let broken = true
  const ask = async () => {
    if (broken) throw new Error('no')
    return 'yes'
  }
  const { get } = recent(ask, { keepMs: 60_000, entries: 2 }, () => 0)
  await get('a').catch(() => {})
  broken = false
  assert.is(await get('a'), 'yes')
})
renewing.run()

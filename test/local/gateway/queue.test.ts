import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createQueue } from '../../../local/gateway/queue.ts'
import { until } from '../../support/until.ts'

const queueing = suite('createQueue')

queueing('works first in, first out, one at a time', async () => {
  const queue = createQueue()
  const seen: string[] = []
  const job = (name: string) => async () => {
    seen.push(`begin ${name}`)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(`end ${name}`)
  }
  queue.push(job('a'))
  queue.push(job('b'))
  assert.is(queue.length(), 2)
  await until(() => queue.length() === 0, 'an empty queue')
  assert.equal(seen, ['begin a', 'end a', 'begin b', 'end b'])
})

queueing('tries once: what fails is dropped and the next one runs', async () => {
  const queue = createQueue()
  let tries = 0
  let ran = false
  queue.push(async () => {
    tries++
    throw new Error('no')
  })
  queue.push(async () => {
    ran = true
  })
  await until(() => queue.length() === 0, 'an empty queue')
  assert.equal([tries, ran], [1, true])
})

queueing('refuses the 10,001st and takes one again when there is room', async () => {
  const queue = createQueue()
  let release = () => {}
  queue.push(() => new Promise((resolve) => (release = resolve)))
  for (let count = 1; count < 10_000; count++) assert.ok(queue.push(async () => {}))
  assert.not(queue.push(async () => {}))
  release()
  await until(() => queue.length() === 0, 'an empty queue')
  assert.ok(queue.push(async () => {}))
})

queueing('drops what waits when it is closed', async () => {
  const queue = createQueue()
  let ran = false
  queue.push(() => new Promise(() => {}))
  queue.push(async () => {
    ran = true
  })
  queue.close()
  assert.not(queue.push(async () => {}))
  assert.equal([queue.length(), ran], [1, false])
})
queueing.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decide } from '../../faasd/watch/decide.ts'
import { type Memory, NOTHING } from '../../faasd/watch/memory.ts'
import {
  ago,
  decided,
  doors,
  gone,
  inside,
  missed,
  NOW,
  queue,
  ran,
  restarted,
  silent,
} from './watch-seen.ts'

const WORKER = inside({ ...gone('queue-worker'), queue: missed() })

const deciding = suite('decide over time')
deciding('says a note once an hour, and at once when it comes again', () => {
  const low = inside({}, { disks: [{ path: '/x', how: 'is full' }] })
  const first = decide(low, NOTHING, ago(90))
  const second = decide(low, first.memory, ago(31))
  const third = decide(low, second.memory, ago(30))
  const gap = decide(inside(), third.memory, ago(29))
  assert.equal(
    [first, second, third, gap, decide(low, gap.memory, ago(28))].map(({ notes }) => notes.length),
    [1, 0, 1, 0, 1],
  )
})
deciding('remembers when all was well, and forgets the restarts then', () => {
  const { memory } = decide(inside(), { ...NOTHING, ...ran, ...restarted(3, 60) }, NOW)
  assert.equal([memory.lastWell, memory.restarts.count, memory.queue.answered], [NOW, 0, NOW])
  assert.is(decide(inside(doors(silent)), NOTHING, NOW).memory.lastWell, null)
})
deciding('never restarts again and again for what a restart does not help', () => {
  let memory: Memory = { ...NOTHING, ...ran }
  let restarts = 0
  for (let minute = 0; minute < 24 * 60; minute++) {
    const { actions, memory: next } = decide(inside(gone('postgres')), memory, NOW + minute * 60_000)
    restarts += actions.length
    memory = next
  }
  assert.is(restarts, 1)
})
deciding('is not held up by a clock that was set back', () => {
  assert.equal(decided(inside(gone('nats')), restarted(1, -600)), ['restart faasd'])
})
deciding('moves a store to a name that says when', () => {
  const { actions } = decide(WORKER, { ...NOTHING, ...ran, ...queue('restarted') }, NOW)
  const [action] = actions
  assert.is(action?.do === 'move aside' && action.to, 'nats.poisoned-20261122T205215Z')
})
deciding('changes nothing of what it was given', () => {
  const before = Object.freeze({ ...NOTHING, missing: Object.freeze({ 'the queue': ago(1) }) })
  decide(inside({ queue: missed() }), before, NOW)
  assert.equal(before.missing, { 'the queue': ago(1) })
})
deciding.run()

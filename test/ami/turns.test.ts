import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Busy, turns } from '../../ami/turns.ts'

const NEVER = new AbortController().signal

const turn = suite('turns')
turn('are taken one at a time, in order, and again after a failure', async () => {
  const inTurn = turns(3)
  const said: string[] = []
  const work = (name: string, fails = false) =>
    inTurn(NEVER, async () => {
      said.push(`${name} begins`)
      await new Promise((resolve) => setImmediate(resolve))
      said.push(`${name} ends`)
      if (fails) throw new Error(name)
    })
  const failed = work('a', true).catch((error: Error) => error.message)
  await Promise.all([work('b'), work('c')])
  assert.is(await failed, 'a')
  assert.equal(said, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
})
turn('are refused when enough wait, with a time to come back, until one is over', async () => {
  const inTurn = turns(1)
  let open = () => {}
  const first = inTurn(NEVER, () => new Promise<void>((resolve) => (open = resolve)))
  const second = inTurn(NEVER, async () => {})
  await inTurn(NEVER, async () => {}).then(
    () => assert.unreachable(),
    ({ status, retryAfter }: Busy) => assert.equal([status, retryAfter], [503, 30]),
  )
  await new Promise((resolve) => setImmediate(resolve))
  open()
  await Promise.all([first, second])
  await inTurn(NEVER, async () => {})
})
turn('are given up by whoever has gone', async () => {
  const gone = AbortSignal.abort(new Error('gone'))
  const inTurn = turns(1)
  await inTurn(gone, async () => assert.unreachable()).catch((error: Error) =>
    assert.is(error.message, 'gone'),
  )
})
turn.run()

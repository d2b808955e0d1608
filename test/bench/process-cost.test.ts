import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cpuMs, heldMb, spent, wakeUps } from '../../bench/process-cost.ts'

const cost = suite('what a process costs')
cost('is its time in user and kernel mode, whatever it is called', () => {
  const fields = 'S 1 7 7 0 -1 4194304 900 0 2 0 31 12 0 0 20 0 11 0 4000'
  assert.is(cpuMs(`7 (a) b) ${fields}`), 430)
})
cost('is how often its threads went to sleep by themselves', () => {
  const status = (count: number) => `voluntary_ctxt_switches:\t${count}\nnonvoluntary_ctxt_switches:\t99\n`
  assert.is(wakeUps([status(3), status(4)]), 7)
})
cost('is read of a process that runs', async () => {
  await sleep(1)
  assert.ok(spent(process.pid).wakeUps > 0)
  const now = heldMb(process.pid, 'now')
  assert.ok(now > 10)
  assert.ok(heldMb(process.pid, 'peak') >= now)
})
cost.run()

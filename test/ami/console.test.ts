import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { consoleTail, readConsole } from '../../ami/boot/console.ts'

const NETWORK = 'ami[2.1] network eth0 10.0.2.15\r\n'
const ended = (code: number) => `ami[3.0] the service ended with ${code}, again in 1 s\r\n`

const seen = suite('readConsole')
seen('has started once there is an address and the command', () => {
  assert.is(readConsole(`${NETWORK}ami[2.2] start\r\n`).started, true)
  assert.is(readConsole(NETWORK).started, false)
  assert.is(readConsole('ami[2.1] network eth0 \r\nami[2.2] start\r\n').started, false)
  assert.is(readConsole('').started, false)
})
seen('has crashed where it never came to the command, or the kernel broke', () => {
  const up = `${NETWORK}ami[2.2] start\r\n`
  assert.is(readConsole(NETWORK).crashed, true)
  assert.is(readConsole(up).crashed, false)
  assert.is(readConsole(`${up}[   12.345678] BUG: unable to handle page fault\r\n`).crashed, true)
  assert.is(readConsole(`${up}the log says: Kernel panic\r\n`).crashed, false)
})
seen('has given up when the command has ended three times', () => {
  assert.is(readConsole(ended(1) + ended(1)).ended, undefined)
  assert.is(readConsole(ended(1) + ended(1) + ended(127)).ended, '127')
})
seen('does not take for ours what the command writes in the middle of a line', () => {
  assert.is(readConsole(`x ${ended(1)}y ${ended(1)}z ${ended(1)}`).ended, undefined)
})
seen.run()

const tail = suite('consoleTail')
tail('is the end, without what a terminal obeys', () => {
  const text = `\u001b[2J\u001b[31mred\u001b[0m\r\n\r\n${'line\n'.repeat(100)}last\u0007\n`
  const lines = consoleTail(text).split('\n')
  assert.is(lines.length, 40)
  assert.is(lines.at(-1), 'last')
  assert.not.match(consoleTail('\u001b]0;title\u0007\u001b[31mred'), '\u001b')
})
tail('is short, however long a line is', () => assert.ok(consoleTail('x'.repeat(100_000)).length <= 6_000))
tail.run()

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Journey } from '../support/journey.ts'

/** As the kernel does, where it is a process of ours. */
export async function killRegistry({ stack, state }: Pick<Journey, 'stack' | 'state'>): Promise<void> {
  if (stack.registry.how === 'container') return stack.registry.stop()
  const [pid = ''] = readFileSync(join(state.folder, 'registry.pid'), 'utf8').split(/\s/)
  assert.ok(Number(pid) > 0)
  process.kill(Number(pid), 'SIGKILL')
}

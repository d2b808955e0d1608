import { setImmediate } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import type { RegistryCall } from '../../functions/shared/registry-transport.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { mergeOf } from './records.ts'

const many = suite('all merges of a repository')
many('are read some at once, however many there are', async () => {
  const quick = quickRegistry()
  let [onTheirWay, most] = [0, 0]
  const perform = async (repository: string, call: RegistryCall) => {
    most = Math.max(most, ++onTheirWay)
    await setImmediate()
    onTheirWay -= 1
    return quick.perform(repository, call)
  }
  const ledger = openLedger(openRegistry(perform))
  for (let at = 0; at < 60; at += 1) await ledger.writeMerge(mergeOf(`m${at}`, at))
  const shas = await ledger.mergeShas(7)
  most = 0
  const twice = await Promise.all([ledger.readMerges(7, shas), ledger.readMerges(7, shas)])
  assert.equal(
    twice.map((records) => records.length),
    [60, 60],
  )
  assert.is(most, 8)
})
many.run()

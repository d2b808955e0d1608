import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ledgerCost } from '../../bench/ledger-cost.ts'

const SHA = 'a'.repeat(40)
const call = (line: string, began: number, ended: number) => ({
  line,
  began,
  ended,
  status: 200,
  headers: {},
})

const cost = suite('what the ledger costs a merge')
cost('is how long its calls were on their way, from the first word of the record to the last', () => {
  const calls = [
    call(`GET /v2/merges/7/manifests/newest`, 0, 9),
    call(`GET /v2/merges/7/manifests/${SHA}`, 10, 14),
    call(`PUT /v2/merges/7/manifests/${SHA}`, 14, 20),
    call('GET /v2/builds/web/manifests/owner', 16, 24),
    call('POST /v2/staging/web/blobs/uploads/', 24, 90),
    call('PUT /v2/builds/web/manifests/1-a', 90, 95),
    call(`PUT /v2/merges/7/manifests/${SHA}`, 95, 100),
    call('DELETE /v2/staging/web/manifests/x', 100, 110),
  ]
  assert.equal(ledgerCost(calls, SHA), { whole: 90, ledger: 24, calls: 5, written: 3 })
})
cost.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Call, phases } from '../../bench/phases.ts'

const call = (to: string, line: string, began: number, ended: number): Call => ({ to, line, began, ended })

const cut = suite('the way of a merge in phases')
const CALLS = [
  call('engine', 'POST /build', 50, 90),
  call('gateway', 'POST /webhook', 0, 12),
  call('registry', 'GET /merges/1', 20, 25),
  call('registry', 'PUT /merges/1', 26, 30),
  call('registry', 'PUT /merges/1', 95, 99),
]
const TABLE = [
  ['webhook', 'gateway', /webhook/],
  ['ledger', 'registry', /merges/],
  ['build', 'engine', /build/],
  ['end', 'registry', /merges/],
] as const
cut('has no gap, and adds up to the whole', () => {
  assert.equal(
    phases(CALLS, TABLE, 110).map(({ name, began, ended }) => [name, began, ended]),
    [
      ['webhook', 0, 20],
      ['ledger', 20, 50],
      ['build', 50, 95],
      ['end', 95, 110],
    ],
  )
})
cut('gives each call to the phase that it began in', () => {
  assert.equal(
    phases(CALLS, TABLE, 110).map(({ calls }) => calls.map(({ line }) => line)),
    [['POST /webhook'], ['GET /merges/1', 'PUT /merges/1'], ['POST /build'], ['PUT /merges/1']],
  )
})
cut('of another way than it knows is an error that names the phase', () => {
  assert.throws(
    () => phases(CALLS.slice(1), TABLE, 110),
    'build did not begin: engine was not asked for /build/',
  )
})
cut.run()

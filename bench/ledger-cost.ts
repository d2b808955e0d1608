import { covered, type Tapped } from './tap.ts'

const LEDGER = /\/v2\/(?:merges|builds)\//

/**
 * What the ledger had of one merge: `whole` is from the first word of the merge's record to the last, `ledger` how much
 * of that (ms) some call for a record was on its way; `calls` are those, `written` the records among them.
 */
export type LedgerCost = { whole: number; ledger: number; calls: number; written: number }

/** From what went to the registry while nothing else was merged. */
export function ledgerCost(calls: Tapped[], sha: string): LedgerCost {
  const own = calls.filter(({ line }) => line.includes(sha) && line.includes('/merges/'))
  const began = Math.min(...own.map((call) => call.began))
  const puts = calls.filter(({ line }) => line.startsWith('PUT') && line.includes('/manifests/'))
  const ended = Math.max(...puts.filter(({ line }) => line.includes('/merges/')).map((call) => call.ended))
  const inside = calls.filter((call) => LEDGER.test(call.line) && call.began >= began && call.ended <= ended)
  const written = puts.filter(({ line }) => LEDGER.test(line)).length
  return { whole: ended - began, ledger: covered(inside), calls: inside.length, written }
}

import { type Check, type Fault, failed, ok, warning } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'

const DAY_MS = 86_400_000
const EARLY_DAYS = 30

/** What the end of a certificate means now (both in ms since 1970): a warning in its last 30 days. */
export function judgeEnd(name: string, fault: Fault, validTo: number, now: number): Check {
  const day = new Date(validTo).toISOString().slice(0, 10)
  const days = Math.floor((validTo - now) / DAY_MS)
  if (days < 0) return failed(name, fault, words.certificateEnded(day))
  if (days < EARLY_DAYS) return warning(name, fault, words.certificateEnds(days, day))
  return ok(name, words.certificateGood(day))
}

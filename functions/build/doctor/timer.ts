import { ok, skipped, warning } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const SILENT_MS = 3 * 60_000

/** Whether somebody calls the catch-up every minute. */
export const checkTimer: Look = async (_shop, _signal, heard) => {
  const { calledMs, listeningMs } = heard.timer()
  const ago = (ms: number) => words.secondsAgo(Math.round(ms / 1000))
  if (calledMs !== undefined && calledMs <= SILENT_MS) return ok('timer', words.timerGood(ago(calledMs)))
  if (calledMs !== undefined) return warning('timer', 'timer_silent', words.timerLate(ago(calledMs)))
  if (listeningMs <= SILENT_MS) return skipped('timer', words.timerYoung(ago(listeningMs)))
  return warning('timer', 'timer_silent', words.timerSilent(ago(listeningMs)))
}

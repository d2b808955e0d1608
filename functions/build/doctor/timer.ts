import { ok, skipped, warning } from '../../shared/check.ts'
import type { Look } from './examine.ts'

const SILENT_MS = 3 * 60_000

/** Whether somebody calls the catch-up every minute. */
export const checkTimer: Look = async (_shop, _signal, heard) => {
  const { calledMs, listeningMs } = heard.timer()
  const ago = (ms: number) => `${Math.round(ms / 1000)} s ago`
  if (calledMs !== undefined && calledMs <= SILENT_MS)
    return ok('timer', `the catch-up was called ${ago(calledMs)}`)
  if (calledMs !== undefined)
    return warning('timer', 'timer_silent', `the catch-up was called last ${ago(calledMs)}, not every minute`)
  if (listeningMs <= SILENT_MS)
    return skipped('timer', `build was started ${ago(listeningMs)}: nobody has called the catch-up since`)
  const says = `nobody has called the catch-up since build was started ${ago(listeningMs)}`
  return warning('timer', 'timer_silent', says)
}

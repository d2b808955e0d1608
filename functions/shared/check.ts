import * as words from './words.ts'

/** What can be wrong: each has a command or a step that mends it where nothing better is known. */
export type Fault = keyof typeof words.MENDS

/** One line of the doctor's: `says` is what was found; with a fault, `mend` is what to do about it. */
export type Check = {
  name: string
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  says: string
  fault?: Fault
  mend?: string
}

export function ok(name: string, says: string): Check {
  return { name, state: 'ok', says }
}

export function skipped(name: string, says: string): Check {
  return { name, state: 'skipped', says }
}

/** Nothing is wrong, and there could be more. */
export function hint(name: string, fault: Fault, says: string): Check {
  return { name, state: 'skipped', says, fault, mend: words.MENDS[fault] }
}

export function warning(name: string, fault: Fault, says: string, mend: string = words.MENDS[fault]): Check {
  return { name, state: 'warning', says, fault, mend }
}

export function failed(name: string, fault: Fault, says: string, mend: string = words.MENDS[fault]): Check {
  return { name, state: 'failed', says, fault, mend }
}

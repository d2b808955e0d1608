import type { Outcome } from './result.ts'

/** A value with its unit, to three digits. */
export function shown(value: number, unit: Outcome['unit']): string {
  if (unit === 'ms' && value >= 10_000) return `${(value / 1000).toFixed(1)} s`
  return `${digits(value)} ${unit}`
}

/** What was reached: `0.87 ×`, or `+12 ms`. */
export function reachedWords({ of, reached, unit }: Outcome): string {
  return of === 'ratio' ? `${digits(reached)} ×` : `${reached < 0 ? '' : '+'}${shown(reached, unit)}`
}

export function goalWords({ goal, unit }: Outcome): string {
  if (goal === undefined) return ''
  if (goal.of === 'difference') return `≤ +${shown(goal.atMost, unit)}`
  return 'atMost' in goal ? `≤ ${goal.atMost} ×` : `≥ ${goal.atLeast} ×`
}

/** Whether the goal is met, in a word. */
export function verdict({ goal, met }: Outcome): string {
  if (goal === undefined) return ''
  return met ? 'met' : 'missed'
}

function digits(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(Math.abs(value) >= 10 ? 3 : 2)))
}

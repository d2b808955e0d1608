import type { BuildRecord } from '../shared/build-record.ts'

/** Milliseconds as a person says it: `0.8 s`, `42 s`, `3 min 7 s`, `1 h 20 min`. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

/** How long a build took, in milliseconds; undefined while it goes on, and where it never began. */
export function took({ started, finished }: Pick<BuildRecord, 'started' | 'finished'>): number | undefined {
  const ms = Date.parse(finished ?? '') - Date.parse(started ?? '')
  return ms >= 0 ? ms : undefined
}

/** The beginning of a text that others wrote, in characters, so that a page stays small. */
export function short(text: string, limit: number): string {
  const signs = [...text.slice(0, limit * 2 + 2)]
  return signs.length > limit ? `${signs.slice(0, limit - 1).join('')}…` : text
}

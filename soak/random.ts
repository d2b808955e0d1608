import { createHash } from 'node:crypto'

/** Chance that comes out the same for the same seed. */
export type Random = {
  /** From 0 to below 1. */
  next(): number
  /** A whole number of `from` to `to`, both included. */
  between(from: number, to: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Record<K, number>): K
  shuffled<T>(list: readonly T[]): T[]
}

/** mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c), begun with the seed's hash. */
export function openRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readInt32LE(0)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  const pick = <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T
  return {
    next,
    between,
    pick,
    chance: (probability) => next() < probability,
    weighted: <K extends string>(weights: Record<K, number>) => {
      const entries = Object.entries(weights) as [K, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [key, weight] of entries) {
        left -= weight
        if (left < 0) return key
      }
      return entries[entries.length - 1]?.[0] as K
    },
    shuffled: (list) => {
      const rest = [...list]
      return list.map(() => rest.splice(between(0, rest.length - 1), 1)[0] as (typeof rest)[number])
    },
  }
}

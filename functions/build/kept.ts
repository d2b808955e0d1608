const LIMIT = 1_000

/**
 * Answers that are good for a time: each question is asked once while it is, by however many at a time, and again where
 * it failed. `ask` gives the answer and for how long, in ms of `uptime`.
 */
export function openKept<K, T>(uptime: () => number, ask: (key: K) => Promise<{ value: T; ms: number }>) {
  const all = new Map<K, { answer: Promise<T>; until: number }>()
  return {
    get(key: K): Promise<T> {
      const known = all.get(key)
      if (known && uptime() < known.until) return known.answer
      if (all.size >= LIMIT) all.clear()
      const asked = ask(key)
      const kept = { answer: asked.then(({ value }) => value), until: Number.POSITIVE_INFINITY }
      all.set(key, kept)
      asked.then(
        ({ ms }) => {
          kept.until = uptime() + ms
        },
        () => this.forget(key, kept.answer),
      )
      return kept.answer
    },
    /** Asks anew the next time, unless somebody has meanwhile. */
    forget(key: K, answer: Promise<T>): void {
      if (all.get(key)?.answer === answer) all.delete(key)
    },
  }
}

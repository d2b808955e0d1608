type Limits = { keepMs: number; entries: number }

/** Answers that are kept for a moment; questions asked at the same time share one answer. */
export type Recent<Answer> = { get(key: string): Promise<Answer>; forget(key: string): void }

/** Keeps each answer of `ask` for `keepMs` from the question on, at most `entries` of them, oldest out. */
export function recent<Answer>(
  ask: (key: string) => Promise<Answer>,
  { keepMs, entries }: Limits,
  now: () => number = () => performance.now(),
): Recent<Answer> {
  const kept = new Map<string, { asked: number; answer: Promise<Answer> }>()
  return {
    get(key) {
      const known = kept.get(key)
      if (known && now() - known.asked < keepMs) return known.answer
      const answer = ask(key)
      // Deleted first: a Map goes in order of insertion, so its first key stays the oldest.
      kept.delete(key)
      kept.set(key, { asked: now(), answer })
      const [oldest] = kept.keys()
      if (kept.size > entries && oldest !== undefined) kept.delete(oldest)
      return answer
    },
    forget: (key) => void kept.delete(key),
  }
}

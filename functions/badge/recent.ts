type Limits = {
  keepMs: number
  entries: number
  /** An answer older than this is given once more, and asked anew behind it; without it none is. */
  freshMs?: number
}
type Kept<Answer> = { asked: number; answer: Promise<Answer>; renewing?: boolean }

/** Answers that are kept for a moment; questions asked at the same time share one answer. */
export type Recent<Answer> = { get(key: string): Promise<Answer>; forget(key: string): void }

/**
 * Keeps each answer of `ask` for `keepMs` from the question on, at most `entries` of them, oldest out. What failed is
 * not kept.
 */
export function recent<Answer>(
  ask: (key: string) => Promise<Answer>,
  { keepMs, entries, freshMs = keepMs }: Limits,
  now: () => number = () => performance.now(),
): Recent<Answer> {
  const kept = new Map<string, Kept<Answer>>()

  function keep(key: string, asked: number, answer: Promise<Answer>): void {
    // Deleted first: a Map goes in order of insertion, so its first key stays the oldest.
    kept.delete(key)
    kept.set(key, { asked, answer })
    const [oldest] = kept.keys()
    if (kept.size > entries && oldest !== undefined) kept.delete(oldest)
  }

  /** The old answer stands until the new one is there, unless it was told to be forgotten meanwhile. */
  function renew(key: string, old: Kept<Answer>): void {
    old.renewing = true
    const asked = now()
    const answer = ask(key)
    answer.then(
      () => kept.get(key) === old && keep(key, asked, answer),
      () => {
        old.renewing = false
      },
    )
  }

  return {
    get(key) {
      const known = kept.get(key)
      const age = known ? now() - known.asked : Number.POSITIVE_INFINITY
      if (known && age < keepMs) {
        if (age >= freshMs && !known.renewing) renew(key, known)
        return known.answer
      }
      const answer = ask(key)
      keep(key, now(), answer)
      answer.catch(() => kept.get(key)?.answer === answer && kept.delete(key))
      return answer
    },
    forget: (key) => void kept.delete(key),
  }
}

/** So many pages a second may ask what is new, however many are open: badges need the rest of a small box. */
const PER_SECOND = 150

const SHORTEST_MS = 700
const LONGEST_MS = 10_000

/**
 * When an open page may ask again, in ms: often enough to see a line within 1.5 s of its printing, and later where many
 * are open. Each call is one page that asks.
 */
export function crowd(now: () => number = () => performance.now()): () => number {
  let since = now()
  let asked = 0
  let wait = SHORTEST_MS
  return () => {
    asked += 1
    const passed = now() - since
    if (passed >= Math.max(1_000, wait)) {
      // Those who ask every `wait` ms, seen for `passed` ms.
      const open = (asked / passed) * wait
      wait = Math.round(Math.min(Math.max((open / PER_SECOND) * 1_000, SHORTEST_MS), LONGEST_MS))
      since = now()
      asked = 0
    }
    return wait
  }
}

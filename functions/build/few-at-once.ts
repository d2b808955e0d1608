/** Things that are done at once, at most. */
const AT_ONCE = 4

/**
 * Does `work` on each item, a few at once. After a failure nothing more is begun, and it is thrown when what had begun
 * has ended: whoever waits may then take away the folder that all of them write to.
 */
export async function fewAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const failures: unknown[] = []
  let next = 0
  async function worker(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const at = next
      next += 1
      await work(items[at] as T).then(
        (result) => {
          results[at] = result
        },
        (error: unknown) => failures.push(error),
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  if (failures.length > 0) throw failures[0]
  return results
}

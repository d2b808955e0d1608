import pLimit from 'p-limit'

/** Things that are done at once, at most. */
const AT_ONCE = 4

/**
 * Does `work` on each item, a few at once. After a failure nothing more is begun, and it is thrown when what had begun
 * has ended: whoever waits may then take away the folder that all of them write to.
 */
export async function fewAtOnce<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const failed = new AbortController()
  const results = await pLimit(AT_ONCE).map(items, async (item) => {
    if (failed.signal.aborted) return undefined
    return work(item).catch((error: unknown) => failed.abort(error))
  })
  failed.signal.throwIfAborted()
  return results as R[]
}

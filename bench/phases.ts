/** A call that was seen from outside, in ms since the delivery. `to` is whom it asked. */
export type Call = { to: string; line: string; began: number; ended: number }

/** A stretch of the way, and the calls that began in it. */
export type Phase = { name: string; began: number; ended: number; calls: Call[] }

/** A phase by name, and the call that it begins with. */
export type Begins = readonly [name: string, to: string, line: RegExp]

/**
 * Cuts the way from the first call to `end` into phases without gaps: each begins with the first call that fits, of
 * those that began no earlier than the phase before. One that never began is an Error: the way is another then.
 */
export function phases(calls: Call[], table: readonly Begins[], end: number): Phase[] {
  const sorted = [...calls].sort((a, b) => a.began - b.began)
  let from = 0
  const starts = table.map(([name, to, line]) => {
    const found = sorted.findIndex((call, at) => at >= from && call.to === to && line.test(call.line))
    if (found === -1) throw new Error(`${name} did not begin: ${to} was not asked for ${line}`)
    from = found + 1
    return { name, began: sorted[found]?.began as number }
  })
  return starts.map(({ name, began }, at) => {
    const ended = starts[at + 1]?.began ?? end
    return { name, began, ended, calls: sorted.filter((call) => call.began >= began && call.began < ended) }
  })
}

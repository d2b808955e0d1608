/** A row of the table that is the result. */
export function row(what: string, came: string): void {
  console.log(`| ${what} | ${came} |`)
}

/** What work comes to, and how long it took. */
export async function seconds<T>(work: () => Promise<T>): Promise<[T, string]> {
  const started = performance.now()
  const result = await work()
  return [result, `${((performance.now() - started) / 1000).toFixed(1)} s`]
}

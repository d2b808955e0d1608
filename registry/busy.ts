const LIMIT_MS = 10_000

/** What of artefacto is going on behind a gateway, as the end of a sentence; undefined where nothing is. */
export async function busyBehind(gateway: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS)
    const answer = await fetch(`${gateway}/function/build/_/metrics`, { signal })
    return busyBy(await answer.text())
  } catch {
    return 'the build function does not answer, and so does not tell whether it builds'
  }
}

/** The same by build's metrics. Merges that wait are none: they may wait for the room that is made here. */
export function busyBy(metrics: string): string | undefined {
  const values = [
    'artefacto_builds_running',
    'artefacto_builds_waiting',
    'artefacto_calls_running',
    'artefacto_unfinished_merges{state="building"}',
    'artefacto_unfinished_merges{state="publishing"}',
  ].map((name) => sampleOf(metrics, name))
  if (values.includes(undefined)) return 'the build function does not tell whether it builds'
  return values.some((value) => value !== '0') ? 'something is being built' : undefined
}

function sampleOf(metrics: string, name: string): string | undefined {
  const line = metrics.split('\n').find((text) => text.startsWith(`${name} `))
  return line?.slice(name.length + 1)
}

/** Of one property in a long run, in ms: a test file has five minutes, and the runs that fit are what counts. */
const LONG_MS = 60_000

/**
 * How a property is tried: the same cases every time, `usual` of them, unless FUZZ_SEED or FUZZ_RUNS say otherwise.
 * fast-check prints the seed and the path of a failure, and shrinks it to its smallest case; with both, as FUZZ_SEED and
 * FUZZ_PATH, that case alone is tried.
 */
export function trying(usual: number) {
  const { FUZZ_SEED, FUZZ_RUNS, FUZZ_PATH } = process.env
  const numRuns = FUZZ_RUNS ? Number(FUZZ_RUNS) : usual
  return {
    seed: FUZZ_SEED ? Number(FUZZ_SEED) : 20261122,
    numRuns,
    includeErrorInReport: true,
    ...(FUZZ_PATH && { path: FUZZ_PATH, endOnFailure: true }),
    ...(numRuns > usual && { interruptAfterTimeLimit: LONG_MS }),
  }
}

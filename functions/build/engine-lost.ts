import type { BuildRecord } from '../shared/build-record.ts'
import type { FailureCode } from '../shared/failure.ts'
import type { Built } from './build-service.ts'
import type { Engines } from './engines.ts'

/** What a build ends with whose engine does not answer, or breaks in the middle. */
const LOST: FailureCode[] = ['engine_down', 'engine_error']

/**
 * Builds, and where the engine is lost meanwhile once more on another: in a slot of its own, with all of its time, and
 * the first log is kept. Not a third time: the build may be what fells them.
 */
export async function orElsewhere(
  engines: Engines,
  record: BuildRecord,
  build: (record: BuildRecord) => Promise<Built>,
): Promise<Built> {
  const built = await build(record)
  const lost = built.failure !== undefined && LOST.includes(built.failure.code)
  return lost && engines.othersStand() ? build({ ...record, logs: built.record.logs }) : built
}

import type { Job } from '../../functions/build/job.ts'
import { SHA } from './tar-bytes.ts'

/** A merge's commit, where it does not matter which. */
export const JOB: Job = {
  repositoryId: 42,
  repository: 'acme/shop',
  branch: 'develop',
  sha: SHA,
  time: 2_000_000,
  committed: 1_000_000,
  manual: false,
  attempt: 1,
  queued: '2026-11-22T18:00:00Z',
}

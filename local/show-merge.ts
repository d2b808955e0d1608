import type { MergeRecord } from '../functions/shared/merge-record.ts'
import type { Delivered } from './delivered.ts'
import { follow, type localLedger } from './follow.ts'
import type { Progress } from './progress.ts'
import { mergeLine } from './report.ts'

/** A first build may have to download a base image, in ms. */
const MERGE_MS = 10 * 60_000

/**
 * Shows how a merge of the local GitHub goes, until it is final or waits for a disk that nobody will make; whether it
 * was built.
 */
export async function showMerge(
  githubUrl: string,
  ledger: ReturnType<typeof localLedger>,
  { progress, hasDisks }: { progress: Progress; hasDisks: () => boolean },
  { repository, sha, answer }: Delivered,
): Promise<boolean> {
  progress.done(`Merged ${repository} ${sha.slice(0, 7)}: ${answer}`)
  const asked = await fetch(`${githubUrl}/repos/${repository}`)
  const { id } = (await asked.json()) as { id: number }
  const tell = (now: MergeRecord) => now.state !== 'built' && progress.step(mergeLine(now))
  const inVain = ({ code }: MergeRecord) => code === 'ami_down' && !hasDisks()
  const record = await follow(ledger, id, sha, tell, { deadline: MERGE_MS, inVain })
  const built = record?.state === 'built'
  if (record === undefined) progress.failed('The merge has no record: see functions.log in the state folder')
  else if (built) progress.done(mergeLine(record))
  else progress.failed(mergeLine(record))
  return built
}

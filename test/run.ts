import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import {
  fetchDiskParts,
  lookForRegistry3,
  needsDisks,
  needsParts,
  needsRegistry3,
  openParts,
} from './support/parts.ts'
import { conclude, runFile, testFiles } from './support/run-file.ts'

/** test/faults/kill-engine-journey.test.ts waits out three backoffs of a minute, on two busy cores. */
const FILE_DEADLINE_MS = 480_000

/**
 * Runs every `test/**\/*.test.ts` (or those whose path contains one of the given words) in a process of its
 * own. uvu has no time limit and exits 0 when a file forgets `.run()`: both count as a failure here.
 */
async function main(words: string[]): Promise<void> {
  // First what takes long: it works with engine and registry, and waits for them half of its time.
  const files = testFiles(words).sort((a, b) => Number(needsParts(b)) - Number(needsParts(a)))
  if (files.some(needsDisks)) await fetchDiskParts()
  if (files.some(needsRegistry3)) lookForRegistry3()
  const parts = files.some(needsParts) ? await openParts() : undefined
  const limit = pLimit(availableParallelism() + 2)
  const env = { ...process.env, ...(parts && { DOCKER_HOST: parts.dockerHost }) }
  const results = await Promise.all(files.map((file) => limit(() => runFile(file, env, FILE_DEADLINE_MS))))
  await parts?.close()
  conclude(results)
}

await main(process.argv.slice(2))

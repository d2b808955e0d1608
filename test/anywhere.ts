import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkTarget } from './support/check-target.ts'
import { conclude, runFile, testFiles } from './support/run-file.ts'
import { handOn, readTarget } from './support/target.ts'

/** A catch-up is due once a minute, and a file may have to wait for several. */
const FILE_DEADLINE_MS = 900_000

const ROOT = join(import.meta.dirname, '..')

/**
 * Runs the journeys that open a world of any kind, one after the other (they share the local GitHub's address),
 * against the OpenFaaS that the options name.
 */
async function main(args: string[]): Promise<void> {
  const { target, words } = readTarget(args, process.cwd())
  const files = testFiles(words).filter((file) =>
    readFileSync(join(ROOT, file), 'utf8').includes('openWorld('),
  )
  if (files.length > 0) await checkTarget(target, (line) => console.log(line))
  const results = []
  for (const file of files) results.push(await runFile(file, handOn(target), FILE_DEADLINE_MS))
  conclude(results)
}

await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})

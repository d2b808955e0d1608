import { setTimeout as sleep } from 'node:timers/promises'
import type { Journey } from '../test/support/journey.ts'

const ENDED = /"merge_ended".*"sha":"([0-9a-f]{40})","state":"(\w+)"/
const DEADLINE_MS = 300_000

/**
 * Waits until all of these merges are built, by what build logs: to ask for it would be a load on what is measured.
 * Call it before they are told. One that ends otherwise is an Error.
 */
export async function built({ lines }: Pick<Journey, 'lines'>, shas: string[]): Promise<void> {
  const waiting = new Set(shas)
  const end = performance.now() + DEADLINE_MS
  for (let seen = lines.length; waiting.size > 0; await sleep(2)) {
    for (; seen < lines.length; seen += 1) {
      const [line, sha = '', state] = ENDED.exec(lines[seen] ?? '') ?? []
      if (waiting.delete(sha) && state !== 'built') throw new Error(`a merge was not built: ${line}`)
    }
    if (performance.now() > end) throw new Error(`${waiting.size} merges did not end`)
  }
}

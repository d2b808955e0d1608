import { setTimeout as sleep } from 'node:timers/promises'
import type { Made, Recorded } from './judge.ts'
import type { RegistryView } from './registry-view.ts'

/** Which merges have not ended yet, as the registry shows it. */
export type Progress = ReturnType<typeof followProgress>

const EVERY_MS = 700
/** The fifth interruption of a merge's build is its last (docs/architecture.md): a disk takes as long as two kills. */
const TIRED = 3

/** The record of a merge (docs/architecture.md, "The ledger"); undefined where there is none. */
export async function recordOf(
  registry: RegistryView,
  id: number,
  sha: string,
): Promise<(Recorded & { interruptions: number }) | undefined> {
  const found = await registry.annotations(`merges/${id}`, sha)
  if (found === undefined) return undefined
  const state = found['artefacto.state'] ?? 'unreadable'
  // A claim that GitHub has not confirmed has no time yet, and is none that has ended.
  const final = found['artefacto.time'] !== undefined && ['built', 'failed', 'superseded'].includes(state)
  const services = JSON.parse(found['artefacto.services'] ?? '[]') as Recorded['services']
  const interruptions = Number(found['artefacto.interruptions'] ?? 0)
  return { final, state, reason: found['artefacto.reason'], services, interruptions }
}

/** Looks at all that is `made` and has not ended; `ids` are GitHub's numbers of the repositories. */
export function followProgress(registry: RegistryView, made: Made[], ids: Map<string, number>) {
  const ended = new Set<string>()
  const working = new Set<string>()
  const tired = new Set<string>()
  let going = true
  const open = () => made.filter(({ sha, kind }) => kind !== 'no merge' && !ended.has(sha))
  const look = async () => {
    for (const { repository, sha } of open()) {
      const record = await recordOf(registry, ids.get(repository) as number, sha)
      if (record?.final) ended.add(sha)
      if (record?.state === 'building' || record?.state === 'publishing') working.add(sha)
      else working.delete(sha)
      if (record && !record.final && record.interruptions >= TIRED) tired.add(sha)
      else tired.delete(sha)
    }
  }
  const looking = (async () => {
    for (; going; await sleep(EVERY_MS)) await look().catch(() => {})
  })()
  return {
    ended: () => ended.size,
    /** Merges that have not ended. */
    open,
    /** How many of them are being built, as it seems. */
    working: () => working.size,
    /** Whether the build of one of them was interrupted so often that the last time is near. */
    tired: () => tired.size > 0,
    async stop(): Promise<void> {
      going = false
      await looking
    },
  }
}

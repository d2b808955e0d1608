import pLimit, { type LimitFunction } from 'p-limit'
import { buildsIn } from './build-ledger.ts'
import { mergesIn } from './merge-ledger.ts'
import type { Registry } from './registry.ts'

/** What artefacto has promised and done, as OCI artifacts in the registry itself: no database (docs/decisions/0001). */
export type Ledger = ReturnType<typeof openLedger>

/** The one writer of a repository: `newest` and `published` are read, compared and written, one at a time. */
export type Writer = (repository: string) => LimitFunction

export function openLedger(registry: Registry) {
  const writers = new Map<string, LimitFunction>()
  const writer: Writer = (repository) => {
    const found = writers.get(repository) ?? pLimit(1)
    writers.set(repository, found)
    return found
  }
  return { ...mergesIn(registry, writer), ...buildsIn(registry, writer) }
}

import pLimit, { type LimitFunction } from 'p-limit'
import type { Branches } from './branches.ts'
import { buildsIn } from './build-ledger.ts'
import { mergesIn } from './merge-ledger.ts'
import type { Registry } from './registry.ts'

/** What artefacto has promised and done, as OCI artifacts in the registry itself: no database (docs/decisions/0001). */
export type Ledger = ReturnType<typeof openLedger>

/** The one writer of a repository: `newest` and `published` are read, compared and written, one at a time. */
export type Writer = (repository: string) => LimitFunction

/** `branches` are those that it keeps the newest of. */
export function openLedger(registry: Registry, branches: Branches = ['develop']) {
  const writers = new Map<string, LimitFunction>()
  const writer: Writer = (repository) => {
    const found = writers.get(repository) ?? pLimit(1)
    writers.set(repository, found)
    return found
  }
  return { ...mergesIn(registry, writer, branches), ...buildsIn(registry, writer, branches) }
}

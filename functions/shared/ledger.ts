import pLimit from 'p-limit'
import { buildsIn } from './build-ledger.ts'
import { mergesIn } from './merge-ledger.ts'
import type { Registry } from './registry.ts'

/** What artefacto has promised and done, as OCI artifacts in the registry itself: no database (docs/decisions/0001). */
export type Ledger = ReturnType<typeof openLedger>

export function openLedger(registry: Registry) {
  // `newest` and `published` are read, compared and written: one at a time. Registry 2.8 refuses what is put twice at
  // one moment (DIGEST_INVALID), as the empty blob of two first records would be.
  const ordered = pLimit(1)
  return { ...mergesIn(registry, ordered), ...buildsIn(registry, ordered) }
}

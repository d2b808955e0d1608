import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from './failure.ts'
import type { badgeHintSchema } from './schema/badge-hint.ts'
import { isBadgeHint } from './validators.generated.mjs'
import * as words from './words.ts'

/** build's word to badge: the truth about these services has changed. */
export type BadgeHint = FromSchema<typeof badgeHintSchema>

export function parseBadgeHint(body: Buffer): BadgeHint {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (isBadgeHint(value)) return value as BadgeHint
  } catch {
    // Not JSON at all: the same answer.
  }
  throw new Failure('bad_request', words.notHint)
}

import { Failure } from '../shared/failure.ts'
import { allowed } from '../shared/repositories.ts'
import * as words from './words/github.ts'

/**
 * What GitHub calls a repository now, which was asked for by a name that it may have had before. The new name must be
 * allowed, too: where a repository was transferred, others may merge.
 */
export function currentName(repositories: readonly string[], asked: string, now: string): string {
  if (!allowed(repositories, now)) throw new Failure('not_allowed', words.calledNow(asked, now))
  return now
}

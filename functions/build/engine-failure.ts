import { Failure, type FailureCode } from '../shared/failure.ts'
import * as places from './words/places.ts'

/**
 * What the engine's words mean: the repository's fault (final) or ours and passing. The first row that fits
 * decides; the words are those of Docker 20.10 and 29 with both image stores.
 */
const MEANINGS: [RegExp, FailureCode][] = [
  // First, because it quotes the Dockerfile's own command.
  [/(?:did not complete successfully|executor failed running).*exit code/is, 'build_failed'],
  [/no space left on device|disk quota exceeded/i, 'engine_error'],
  [
    /no active session|session (?:not found|healthcheck)|context canceled|transport is closing|Unavailable: /i,
    'engine_error',
  ],
  [/failed to (?:compute cache key|calculate checksum)[^"]*"[^"]*":? not found/i, 'build_failed'],
  // Of a secret that images.json does not name.
  [/secret \S+ not found/i, 'build_failed'],
  // With its words: a line, a tag or a port may have these numbers, too.
  [
    /too many requests|toomanyrequests|: 429|50[0234] (?:internal server|bad gateway|service unavail|gateway time)/i,
    'base_unreachable',
  ],
  [
    /no such host|server misbehaving|i\/o timeout|TLS handshake timeout|connection re(?:fused|set)|network is unreachable|temporary failure in name resolution|dial tcp/i,
    'base_unreachable',
  ],
  [
    /failed to resolve source metadata|pull access denied|repository does not exist|insufficient_scope|manifest unknown|\d{3} (?:unauthorized|forbidden)|authorization failed|: not found$/i,
    'base_refused',
  ],
]

/** Lines of a failed step's own output that say that the machine, not the Dockerfile, was at fault. */
const FULL_DISK = /no space left on device/i

/** The kernel's word for a program of another processor that nothing on the host emulates, or a script without #!. */
const FOREIGN = /exec format error/i

/** As many characters of a message are looked at, from either end. */
const END = 2_000

/** The Failure that a failed build means; `tail` is the end of its log. */
export function buildFailure(message: string, tail: string): Failure {
  // What means something stands at an end; a message may quote a whole Dockerfile.
  const words = message.length > 2 * END ? `${message.slice(0, END)} ${message.slice(-END)}` : message
  const sentence = firstLine(message)
  // A step's exit code alone would send a person to the Dockerfile.
  if (FULL_DISK.test(tail)) return new Failure('engine_error', places.diskFull(sentence))
  if (FOREIGN.test(tail)) return new Failure('build_failed', places.foreignStep(sentence))
  const code = MEANINGS.find(([meaning]) => meaning.test(words))?.[1]
  return new Failure(code ?? 'build_failed', sentence)
}

/** The Failure that a failed push means: the registry's or the engine's, never the repository's. */
export function pushFailure(message: string): Failure {
  const sentence = places.pushFailed(firstLine(message))
  const refused = /401 unauthorized|unauthorized|no basic auth|access denied|authorization failed|x509/i.test(
    message,
  )
  return new Failure(refused ? 'registry_error' : 'registry_down', sentence)
}

/** The end of BuildKit's chain of prefixes is what a person can act on. */
function firstLine(message: string): string {
  const line = message.split('\n')[0] ?? ''
  return line
    .replace(/^(?:failed to solve(?: with frontend [\w.]+)?: |rpc error: code = \w+ desc = )+/i, '')
    .slice(0, 300)
}

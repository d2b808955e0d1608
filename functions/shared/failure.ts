import { oneLine } from './printable.ts'

/**
 * The closed list of what can go wrong, one line each: the HTTP status a caller gets, what it means for a merge
 * (`failed` is the repository's fault and final, `error` is ours or passing and is tried again, `superseded` is
 * nobody's fault and final, `refused` never became a merge), and the public text used where nothing more exact is known.
 */
const FAILURES = {
  bad_request: [400, 'refused', 'the request is not one that this function knows'],
  signature: [
    401,
    'refused',
    'the signature is missing or does not fit: X-Hub-Signature-256 must be sha256= and the HMAC of the body with the shared secret',
  ],
  key: [401, 'refused', 'this page opens with a key: ask the operator for the link, or set pages=public'],
  not_found: [404, 'refused', 'there is nothing here'],
  method: [405, 'refused', 'this path does not take that HTTP method'],
  too_large: [413, 'refused', 'the request is too large'],
  media_type: [415, 'refused', 'send Content-Type application/json, not compressed'],
  not_allowed: [403, 'refused', 'this repository is not in the allow-list `repositories`'],
  too_late: [409, 'refused', 'the merge cannot be cancelled any more'],
  secret_missing: [
    503,
    'refused',
    'a secret is missing or empty: create it with faas-cli secret create and deploy again',
  ],
  queue_down: [
    502,
    'refused',
    'neither the queue nor the build function took the merge: the catch-up finds it, or redeliver it',
  ],

  images_missing: [422, 'failed', 'there is no images.json at the root of the repository'],
  images_invalid: [422, 'failed', 'images.json cannot be used'],
  not_merged: [422, 'failed', 'the commit is not merged'],
  version_taken: [409, 'failed', 'the version is taken; raise it'],
  name_owned: [409, 'failed', 'the service name belongs to another repository'],
  no_disks: [422, 'failed', 'this installation makes no disks: type AMI needs the service ami (docs/ami.md)'],
  no_indexes: [
    422,
    'failed',
    'this registry loses the images of an index: several platforms need registry 3',
  ],
  secret_refused: [422, 'failed', 'a build secret is not there, or not allowed to this repository'],
  disk_refused: [422, 'failed', 'the image cannot become a bootable disk'],
  source_refused: [422, 'failed', 'the sources cannot be built'],
  build_failed: [422, 'failed', 'the build failed'],
  build_timeout: [422, 'failed', 'the build took longer than build_timeout allows'],
  base_refused: [422, 'failed', 'a base image does not exist or may not be pulled'],
  cancelled: [422, 'failed', 'cancelled by the operator'],
  superseded: [409, 'superseded', 'a newer merge moves the same tags'],
  gave_up: [422, 'failed', 'gave up after five interrupted attempts; run it again with "again": true'],

  base_unreachable: [502, 'error', 'the registry of a base image did not answer'],
  engine_down: [503, 'error', 'the Docker Engine does not answer'],
  engine_error: [502, 'error', 'the Docker Engine could not do its work'],
  disk_full: [503, 'error', 'there is no room on a disk for another build'],
  registry_down: [503, 'error', 'the registry does not answer'],
  registry_error: [502, 'error', 'the registry refused'],
  // Registry 2.8 writes in place: killed in that moment it keeps a file of 0 bytes, and answers 500 for ever.
  registry_torn: [502, 'error', 'the registry cannot read what it has'],
  ami_down: [503, 'error', 'the service ami, which makes the disks, does not answer'],
  aws_refused: [
    502,
    'error',
    'AWS refused: are aws-credentials and aws_region right, and may they do what docs/ami.md lists?',
  ],
  aws_down: [503, 'error', 'AWS does not answer'],
  github_down: [502, 'error', 'GitHub does not answer'],
  github_refused: [
    502,
    'error',
    'GitHub refused: is the repository private, and does github-token have access to it?',
  ],
  github_limit: [503, 'error', "GitHub's rate limit is used up"],
  source_broken: [502, 'error', 'the source archive did not arrive whole'],
  internal: [500, 'error', 'something in artefacto itself went wrong; the log has it under this request'],
} as const satisfies Record<string, readonly [number, Outcome, string]>

/** What a failure makes of a merge: final, to be tried again, overtaken, or never begun. */
export type Outcome = 'failed' | 'error' | 'superseded' | 'refused'

/** Of a reason, in characters: it quotes names of any length, and a registry takes records up to 4 MB. */
const MESSAGE_LIMIT = 2_000

export type FailureCode = keyof typeof FAILURES

/** Every code there is, in the order of the list. */
export const FAILURE_CODES = Object.keys(FAILURES) as FailureCode[]

/** Something that went wrong, for a person: `message` is public and one line, `cause` goes to the log only. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode

  constructor(code: FailureCode, message?: string, cause?: unknown) {
    super(
      oneLine((message ?? FAILURES[code][2]).slice(0, MESSAGE_LIMIT)),
      cause === undefined ? undefined : { cause },
    )
    this.code = code
  }

  /** The HTTP status a caller gets. */
  get status(): number {
    return FAILURES[this.code][0]
  }

  get outcome(): Outcome {
    return FAILURES[this.code][1]
  }

  /** The state in which it leaves a build: final, or to be tried again. */
  get state(): 'failed' | 'error' | 'superseded' {
    return this.outcome === 'refused' ? 'error' : this.outcome
  }
}

/** The path takes only the methods in `allow`: an answer 405 names them (RFC 9110, 15.5.6). */
export class WrongMethod extends Failure {
  readonly allow: string

  constructor(allow: string, message?: string) {
    super('method', message)
    this.allow = allow
  }
}

/** Anything thrown, as a Failure: what is not one already is `internal`, with the original as its cause. */
export function toFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure('internal', undefined, thrown)
}

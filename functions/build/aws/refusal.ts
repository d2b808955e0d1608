import { Failure, type FailureCode } from '../../shared/failure.ts'
import * as words from '../words/aws.ts'

/** What AWS would not do, with its own code for it. */
export class AwsFailure extends Failure {
  readonly awsCode: string

  constructor(code: FailureCode & `aws_${string}`, message: string, awsCode: string, cause?: unknown) {
    super(code, message, cause)
    this.awsCode = awsCode
  }
}

const THROTTLED =
  /Throttl|TooManyRequests|SlowDown|^(?:RequestLimit|ConcurrentLimit|PendingSnapshotLimit|BandwidthLimit)Exceeded/
const QUOTA = /LimitExceeded|QuotaExceeded/
const KEYS =
  /^(?:UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken)(?:Exception)?$|^(?:AuthFailure|SignatureDoesNotMatch|InvalidClientTokenId|InvalidAccessKeyId|OptInRequired)$/
const ENDED = /^(?:ExpiredToken(?:Exception)?|RequestExpired)$/
const MAY_NOT = /^(?:AccessDenied(?:Exception)?|UnauthorizedOperation)$/
const CLOCK = /signature (?:expired|not yet current)/i
const NETWORK = /^(?:ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SSL|TimeoutError)/

/** Of a reason that AWS gives, in characters. */
const REASON_LIMIT = 300

type Thrown = {
  name?: string
  message?: string
  code?: string
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean }
}

/** Whether the same call may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  const { message = '', $metadata } = error as Thrown
  const code = codeOf(error)
  return (
    ($metadata?.httpStatusCode ?? 0) >= 500 ||
    THROTTLED.test(code) ||
    NETWORK.test(code) ||
    // The SDK has set its clock by AWS's answer.
    $metadata?.clockSkewCorrected === true ||
    // What a slow line makes of a block: https://github.com/nanovms/ops/pull/1268
    (code === 'ValidationException' && /read block data/i.test(message))
  )
}

/** AWS's own code of what went wrong, or the network's. */
export function codeOf(error: unknown): string {
  const { name, code } = error as Thrown
  return (code ?? name ?? '').toString()
}

/** Why a call failed for good, for the person who can mend it. */
export function refusalOf(action: string, region: string, error: unknown): AwsFailure {
  const code = codeOf(error)
  const { message = '', $metadata } = error as Thrown
  const mend = (sentence: string) => new AwsFailure('aws_refused', sentence, code)
  if (code === 'ENOTFOUND' || /scoped to a valid region/i.test(message)) return mend(words.noRegion(region))
  if (CLOCK.test(message) || code === 'RequestTimeTooSkewed') return mend(words.clockWrong)
  // No cause: AWS quotes the request, and the session token with it, in what it says of signatures.
  if (KEYS.test(code)) return mend(words.keysRefused(region))
  if (ENDED.test(code)) return mend(words.keysEnded)
  if (MAY_NOT.test(code)) return mend(words.mayNot(action, region))
  if (THROTTLED.test(code)) return new AwsFailure('aws_down', words.throttled(action), code)
  if (QUOTA.test(code)) return mend(words.quotaFull(action, region, code))
  const status = $metadata?.httpStatusCode ?? 0
  if (status >= 400 && status < 500)
    return mend(words.refused(action, code, message.slice(0, REASON_LIMIT) || words.reasonUnknown))
  return new AwsFailure('aws_down', words.silent(action, code), code, error)
}

import type { ErrorObject } from 'ajv'
import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from './failure.ts'
import type {
  checkRequestSchema,
  mergeRequestSchema,
  methodRequestSchema,
  takeOverRequestSchema,
} from './schema/build-request.ts'
import {
  isCatchUpRequest,
  isCheckRequest,
  isDoctorRequest,
  isMergeRequest,
  isMethodRequest,
  isTakeOverRequest,
} from './validators.generated.mjs'
import * as words from './words.ts'

export type MergeRequest = FromSchema<typeof mergeRequestSchema>
export type CheckRequest = FromSchema<typeof checkRequestSchema>
export type MethodRequest = FromSchema<typeof methodRequestSchema>
export type TakeOverRequest = FromSchema<typeof takeOverRequestSchema>

export type BuildRequest =
  | { kind: 'merge'; merge: MergeRequest }
  | { kind: 'check'; check: CheckRequest }
  | { kind: 'method'; method: MethodRequest }
  | { kind: 'take_over'; takeOver: TakeOverRequest }
  | { kind: 'catch_up' }
  | { kind: 'doctor'; nonce: string }

/** What a signed body asks of build. Its keys decide the form; a key that the form does not know is an error. */
export function parseBuildRequest(body: Buffer): BuildRequest {
  const value = parse(body)
  if ('catch_up' in value) return check(isCatchUpRequest, value, { kind: 'catch_up' })
  if ('doctor' in value) return check(isDoctorRequest, value, { kind: 'doctor', nonce: String(value.doctor) })
  if ('check' in value) return check(isCheckRequest, value, { kind: 'check', check: value as CheckRequest })
  if ('take_over' in value)
    return check(isTakeOverRequest, value, { kind: 'take_over', takeOver: value as TakeOverRequest })
  if ('service_name' in value)
    return check(isMethodRequest, value, { kind: 'method', method: value as MethodRequest })
  return check(isMergeRequest, value, { kind: 'merge', merge: value as MergeRequest })
}

type Check = typeof isMergeRequest

function check(fits: Check, value: object, request: BuildRequest): BuildRequest {
  if (fits(value)) return request
  const [error] = fits.errors ?? []
  throw new Failure('bad_request', words.misfit(error?.instancePath || '/', problem(error)))
}

function problem(error: ErrorObject | undefined): string {
  const extra = error?.params.additionalProperty
  if (extra) return words.unknownKey(extra)
  return error?.keyword === 'false schema' ? words.onlyForAmi : String(error?.message)
}

function parse(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    throw new Failure('bad_request', words.bodyNotJson((error as Error).message))
  }
  throw new Failure('bad_request', words.bodyNotObject)
}

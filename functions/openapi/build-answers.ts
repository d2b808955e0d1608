import {
  catchUpRequestSchema,
  checkRequestSchema,
  doctorRequestSchema,
  mergeRequestSchema,
  methodRequestSchema,
  takeOverRequestSchema,
} from '../shared/schema/build-request.ts'
import type { Schema } from './answer.ts'
import { SERVICE_STATE } from './badge-answers.ts'

const TEXT = { type: 'string' } as const
const SHA = { type: 'string', pattern: '^[0-9a-f]{40}$' } as const
const ID = { type: 'string', description: 'the id of the record' } as const
const RECORD = { type: 'string', format: 'uri', description: 'where the record stands' } as const

/** An object of exactly these keys; those in `optional` may be absent. */
function exactly(properties: Record<string, Schema>, ...optional: string[]): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key))
  return { type: 'object', additionalProperties: false, required, properties }
}

/** What build takes and answers. */
export const BUILD_SCHEMAS: Record<string, Schema> = {
  MergeRequest: mergeRequestSchema,
  MethodRequest: methodRequestSchema,
  TakeOverRequest: takeOverRequestSchema,
  CatchUpRequest: catchUpRequestSchema,
  CheckRequest: checkRequestSchema,
  DoctorRequest: doctorRequestSchema,
  MergeAccepted: exactly(
    { accepted: TEXT, record: { ...TEXT, description: 'repository and tag of the record in the registry' } },
    'record',
  ),
  MergeEnded: exactly(
    { already: { enum: ['built', 'failed', 'superseded'] }, repository: TEXT, sha: SHA, reason: TEXT },
    'reason',
  ),
  MethodAccepted: exactly({ accepted: TEXT, id: ID, record: RECORD }),
  MethodEnded: exactly({
    state: { enum: ['built', 'unchanged'] },
    image: { ...TEXT, description: 'as it is pulled' },
    digest: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
    commit: SHA,
    built_from: { ...SHA, description: 'the commit that the image was built from' },
    id: ID,
    record: RECORD,
  }),
  MethodFailed: exactly({
    error: { enum: ['failed', 'error'] },
    message: TEXT,
    id: ID,
    record: RECORD,
    log: { ...TEXT, description: 'the end of the log' },
  }),
  TakenOver: exactly({
    service_name: TEXT,
    belongs_to: TEXT,
    before: { type: ['string', 'null'], description: 'the repository that it belonged to' },
  }),
  CheckAccepted: exactly({ accepted: TEXT, sha: SHA }),
  CheckIgnored: exactly({ ignored: { ...TEXT, description: 'why nothing is checked' } }),
  Heard: exactly({ doctor: { const: 'heard' } }),
  Examination: exactly({
    checks: {
      type: 'array',
      items: exactly(
        {
          name: TEXT,
          state: { enum: ['ok', 'warning', 'failed', 'skipped'] },
          says: TEXT,
          fault: TEXT,
          mend: { ...TEXT, description: 'the command or step that mends it' },
        },
        'fault',
        'mend',
      ),
    },
  }),
  CaughtUp: exactly(
    {
      started: { type: 'array', items: TEXT, description: 'what was taken up: repository and sha' },
      note: TEXT,
    },
    'note',
  ),
  LiveBuild: exactly({
    state: SERVICE_STATE,
    log: { ...TEXT, description: 'the log from byte `from` on, at most 1 MB' },
    next: { type: 'integer', minimum: 0, description: 'the byte after it' },
  }),
}

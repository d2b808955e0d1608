import { FAILURE_CODES, Failure } from '../shared/failure.ts'
import type { Answer } from './answer.ts'
import { jsonAnswer, ref, refusals } from './answer.ts'
import type { Paths } from './operation.ts'
import { BUILD_IN_PATH, type Parameter, SERVICE_IN_PATH } from './parameter.ts'
import { PUBLIC, SIGNED } from './security.ts'

const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const ID = '1767225600000-1a2b3c4d5e6f-m0a1b2c3d'
const RECORD = 'https://builds.example.org/function/badge/web/builds.json'
const MERGE = { repository_id: 1296269, repository: 'owner/repo', sha: SHA, pull_request: 7 }

const BODIES = {
  merge: { summary: 'What webhook sends: a merge, built from images.json', value: MERGE },
  again: { summary: 'A merge that has ended, once more', value: { ...MERGE, again: true } },
  cancel: { summary: 'A merge that has not ended, no more', value: { ...MERGE, cancel: true } },
  method: {
    summary: 'The build method: one service',
    value: { service_name: 'web', version: '1.4.2', type: 'Docker' },
  },
  take_over: {
    summary: 'The service name belongs to this repository from now on',
    value: { service_name: 'web', repository: 'owner/repo', take_over: true },
  },
  check: {
    summary: 'What webhook sends of an open pull request: a status says what its merge will do',
    value: { ...MERGE, check: true },
  },
  catch_up: { summary: 'What nobody works on is taken up', value: { catch_up: true } },
  doctor: {
    summary: 'The word that the doctor sends to build through the queue',
    value: { doctor: '0123456789abcdef0123456789abcdef' },
  },
}

const REQUESTS = [
  'MergeRequest',
  'MethodRequest',
  'TakeOverRequest',
  'CheckRequest',
  'CatchUpRequest',
  'DoctorRequest',
]

const PREFER: Parameter = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description: 'For the build method: `respond-async` answers 202 at once',
  schema: { type: 'string' },
  example: 'respond-async',
}

const FROM: Parameter = {
  name: 'from',
  in: 'query',
  required: false,
  description: 'Byte of the log to begin with; 0 where it is absent',
  schema: { type: 'integer', minimum: 0, maximum: 999_999_999_999 },
  example: 0,
}

/** Whatever ends a merge may end a call of the method. */
const OF_MERGES = FAILURE_CODES.filter((code) => new Failure(code).outcome !== 'refused')

const DONE = jsonAnswer(
  'Done: the method built it, or found it unchanged; the merge had ended before; the name has another owner now; or what the catch-up started',
  { anyOf: ['MethodEnded', 'MergeEnded', 'TakenOver', 'CaughtUp', 'CheckIgnored', 'Heard'].map(ref) },
  {
    state: 'built',
    image: '127.0.0.1:5000/web:1.4.2',
    digest: `sha256:${'0'.repeat(64)}`,
    commit: SHA,
    built_from: SHA,
    id: ID,
    record: RECORD,
  },
)

const ACCEPTED = jsonAnswer(
  'Goes on in the background. Of a merge, the record is written',
  { anyOf: ['MergeAccepted', 'MethodAccepted', 'CheckAccepted'].map(ref) },
  { accepted: `owner/repo ${SHA} is being built`, record: `merges/1296269:${SHA}` },
)

/** The method's own answer, beside that of every call that could not be begun. */
const FAILED: Answer = jsonAnswer('The method failed', ref('MethodFailed'), {
  error: 'failed',
  message: 'the build failed',
  id: ID,
  record: RECORD,
  log: 'the end of the log',
})

/** What the webhook, the timer and operators call. */
export const BUILD_PATHS: Paths = {
  '/function/build': {
    post: {
      operationId: 'build',
      tags: ['build'],
      summary:
        'A merge, the build method, again, cancel, take over, check, catch up: the keys of the body decide',
      security: SIGNED,
      parameters: [PREFER],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              anyOf: REQUESTS.map(ref),
            },
            examples: BODIES,
          },
        },
      },
      responses: {
        200: DONE,
        202: ACCEPTED,
        ...refusals(['bad_request', 'signature', 'not_allowed', 'not_found', 'too_late', ...OF_MERGES], {
          422: FAILED,
          502: FAILED,
        }),
        413: {
          description: 'The body is over 64 kB',
          content: { 'text/html': { schema: { type: 'string' } } },
        },
      },
    },
  },
  '/function/build/_/doctor': {
    get: {
      operationId: 'doctor',
      tags: ['build'],
      summary: 'What build sees of everything around it, a line a check: docs/doctor.md',
      description: 'Not open to the internet: the front proxy passes no GET to build.',
      security: SIGNED,
      responses: {
        200: jsonAnswer('Every check', ref('Examination'), {
          checks: [{ name: 'clock', state: 'ok', says: 'within a second of GitHub and the registry' }],
        }),
        ...refusals(['signature']),
      },
    },
  },
  '/function/build/_/metrics': {
    get: {
      operationId: 'metrics',
      tags: ['build'],
      summary: 'What Prometheus asks for: docs/metrics.md',
      description: 'Not open to the internet: the front proxy passes no GET to build.',
      security: PUBLIC,
      responses: {
        200: {
          description: 'Text exposition format 0.0.4',
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        ...refusals([]),
      },
    },
  },
  '/function/build/{service}/{id}': {
    get: {
      operationId: 'live',
      tags: ['build'],
      summary: 'What is being built right now; badge asks for it',
      description: 'Not open to the internet. 404 where this process does not work on it.',
      security: SIGNED,
      parameters: [SERVICE_IN_PATH, BUILD_IN_PATH, FROM],
      responses: {
        200: jsonAnswer('State and log so far', ref('LiveBuild'), {
          state: 'building',
          log: 'Step 1',
          next: 6,
        }),
        ...refusals(['signature', 'not_found']),
      },
    },
  },
}

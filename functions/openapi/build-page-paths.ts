import { jsonAnswer, ref } from './answer.ts'
import type { Paths } from './operation.ts'
import { inBoth, MOVED, text } from './page-answer.ts'
import { BUILD_IN_PATH, SERVICE_IN_PATH } from './parameter.ts'
import { PAGE_KEY } from './security.ts'

const PARAMETERS = [SERVICE_IN_PATH, BUILD_IN_PATH]
const LOST = ['key', 'not_found', 'registry_down', 'registry_error', 'registry_torn'] as const

/** What a build's page asks for while the build goes on. */
export const LIVE_PATH: Paths[string] = {
  get: {
    operationId: 'growth',
    tags: ['badge'],
    summary: "What a build's page lacks, as markup, and when to ask again",
    security: PAGE_KEY,
    parameters: [
      ...PARAMETERS,
      {
        name: 'from',
        in: 'query',
        required: false,
        description: 'The last line of the log that the page shows',
        schema: { type: 'integer', minimum: 0, maximum: 999_999_999 },
        example: 0,
      },
      {
        name: 'seen',
        in: 'query',
        required: false,
        description: '`seen` of the answer before',
        schema: { type: 'string' },
        example: 'x',
      },
    ],
    responses: {
      200: jsonAnswer('What is new', ref('Growth'), {
        state: 'building',
        run: 'x',
        html: '',
        first: 1,
        next: 0,
        lines: 0,
        wait: 1000,
        done: false,
      }),
      303: MOVED,
      ...inBoth(['bad_request', ...LOST]),
    },
  },
}

/** What a person wants of a merge. Both ask for the key of all services, whatever `pages` says. */
function wish(
  operations: [ask: string, grant: string],
  summaries: [ask: string, grant: string],
  words: { cannot: string; done: string },
): Paths[string] {
  return {
    get: {
      operationId: operations[0],
      tags: ['badge'],
      summary: summaries[0],
      security: PAGE_KEY,
      parameters: PARAMETERS,
      responses: {
        200: text('text/html', 'A form'),
        303: MOVED,
        409: text('text/html', words.cannot),
        ...inBoth([...LOST]),
      },
    },
    post: {
      operationId: operations[1],
      tags: ['badge'],
      summary: summaries[1],
      security: PAGE_KEY,
      parameters: PARAMETERS,
      requestBody: FORM,
      responses: {
        303: { description: words.done, headers: MOVED.headers ?? {} },
        409: text('text/html', words.cannot),
        ...inBoth(['signature', ...LOST, 'not_allowed', 'queue_down']),
      },
    },
  }
}

const FORM = {
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: {
        type: 'object',
        required: ['token'],
        properties: {
          token: { type: 'string', description: 'of the form, which no other site can know' },
        },
      },
      example: { token: 'x' },
    },
  },
}

/** A finished merge once more, by a person. */
export const AGAIN_PATH = wish(
  ['askAgain', 'runAgain'],
  ['Whether to run the merge of a build once more', 'Runs the merge of a build once more'],
  { cannot: 'It cannot run again now, and why', done: 'It runs; the page of the build follows' },
)

/** An unfinished merge no more, by a person. */
export const CANCEL_PATH = wish(
  ['askCancel', 'cancel'],
  ['Whether to cancel the merge of a build', 'Cancels the merge of a build'],
  { cannot: 'It cannot be cancelled, and why', done: 'It is being cancelled; the page of the build follows' },
)

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

/** A finished merge once more, by a person. Both ask for the key of all services, whatever `pages` says. */
export const AGAIN_PATH: Paths[string] = {
  get: {
    operationId: 'askAgain',
    tags: ['badge'],
    summary: 'Whether to run the merge of a build once more',
    security: PAGE_KEY,
    parameters: PARAMETERS,
    responses: {
      200: text('text/html', 'A form'),
      303: MOVED,
      409: text('text/html', 'It cannot run again now, and why'),
      ...inBoth([...LOST]),
    },
  },
  post: {
    operationId: 'runAgain',
    tags: ['badge'],
    summary: 'Runs the merge of a build once more',
    security: PAGE_KEY,
    parameters: PARAMETERS,
    requestBody: {
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
    },
    responses: {
      303: { description: 'It runs; the page of the build follows', headers: MOVED.headers ?? {} },
      409: text('text/html', 'It cannot run again now, and why'),
      ...inBoth(['signature', ...LOST, 'not_allowed', 'queue_down']),
    },
  },
}

import { jsonAnswer, ref, refusals } from './answer.ts'
import type { Paths } from './operation.ts'
import type { Parameter } from './parameter.ts'
import { SIGNED } from './security.ts'

const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

const PUSH = {
  ref: 'refs/heads/develop',
  after: SHA,
  deleted: false,
  repository: { id: 1296269, full_name: 'owner/repo' },
}

const MERGED = {
  action: 'closed',
  number: 7,
  pull_request: {
    merged: true,
    merge_commit_sha: SHA,
    base: { ref: 'develop', repo: { id: 1296269, full_name: 'owner/repo' } },
  },
  repository: { id: 1296269, full_name: 'owner/repo' },
}

const header = (name: string, description: string, example: string, required: boolean): Parameter => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string', ...(required && { minLength: 1 }) },
  example,
})

/** What GitHub calls. */
export const WEBHOOK_PATHS: Paths = {
  '/function/webhook': {
    post: {
      operationId: 'deliver',
      tags: ['webhook'],
      summary: 'A delivery of GitHub: a merge into the branch is handed to build',
      description:
        'Only the fields of the payload that a decision rests on are looked at. The one line of the answer is what a person reads in Recent Deliveries.',
      security: SIGNED,
      parameters: [
        header('X-GitHub-Event', 'What happened: ping, push, pull_request …', 'push', true),
        header('X-GitHub-Delivery', "GitHub's number of the delivery", 'guid', false),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { anyOf: [ref('PullRequestPayload'), ref('PushPayload'), { type: 'object' }] },
            examples: {
              push: { value: PUSH },
              merge: { summary: 'With X-GitHub-Event: pull_request', value: MERGED },
            },
          },
        },
      },
      responses: {
        200: jsonAnswer('A ping, or nothing to build, with the reason', ref('NothingToBuild'), {
          ignored: 'push to main; only develop is built',
        }),
        202: jsonAnswer('In the queue of build', ref('Delivered'), {
          accepted: 'owner/repo 1a2b3c4 (pull request 7) will be built',
          sha: SHA,
        }),
        ...refusals(['bad_request', 'signature', 'not_allowed', 'too_large', 'media_type', 'queue_down']),
      },
    },
  },
}

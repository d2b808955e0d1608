import { pullRequestSchema, pushSchema } from '../shared/schema/delivery.ts'

const TEXT = { type: 'string' } as const

/** What webhook takes and answers. */
export const WEBHOOK_SCHEMAS = {
  PullRequestPayload: pullRequestSchema,
  PushPayload: pushSchema,
  NothingToBuild: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    properties: {
      pong: { ...TEXT, description: 'the answer to a ping' },
      ignored: { ...TEXT, description: 'why nothing is built' },
    },
  },
  Delivered: {
    type: 'object',
    additionalProperties: false,
    required: ['accepted', 'sha'],
    properties: { accepted: TEXT, sha: { type: 'string', pattern: '^[0-9a-f]{40}$' } },
  },
} as const

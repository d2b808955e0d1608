import { REPOSITORY } from './build-request.ts'

/**
 * The few fields of GitHub's payloads that a decision rests on; everything else is GitHub's to change, so
 * unknown keys pass. https://docs.github.com/webhooks/webhook-events-and-payloads
 */
const repository = {
  type: 'object',
  required: ['id', 'full_name'],
  properties: {
    id: { type: 'integer', minimum: 1 },
    full_name: REPOSITORY,
  },
} as const

export const pullRequestSchema = {
  type: 'object',
  required: ['action', 'number', 'pull_request', 'repository'],
  properties: {
    action: { type: 'string' },
    number: { type: 'integer', minimum: 1 },
    pull_request: {
      type: 'object',
      required: ['merged', 'merge_commit_sha', 'base'],
      properties: {
        merged: { type: 'boolean' },
        merge_commit_sha: { type: ['string', 'null'] },
        head: { type: 'object', required: ['sha'], properties: { sha: { type: 'string' } } },
        base: {
          type: 'object',
          required: ['ref', 'repo'],
          properties: { ref: { type: 'string' }, repo: repository },
        },
      },
    },
    repository,
    /** Of `edited`: what was there before, by the key that has changed. */
    changes: { type: 'object', properties: { base: { type: 'object' } } },
  },
} as const

export const pushSchema = {
  type: 'object',
  required: ['ref', 'after', 'deleted', 'repository'],
  properties: {
    ref: { type: 'string' },
    after: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    deleted: { type: 'boolean' },
    repository,
  },
} as const

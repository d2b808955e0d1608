import { BY_TYPE, DISK, SERVICE, VERSION } from './images.ts'

const SHA = { type: 'string', pattern: '^[0-9a-f]{40}$' } as const

/** GitHub's owner/name. It goes into paths of GitHub's API, where `..` would lead to another question. */
export const REPOSITORY = {
  type: 'string',
  maxLength: 200,
  pattern: '^(?!\\.{1,2}/)[A-Za-z0-9_.-]+/(?!\\.{1,2}$)[A-Za-z0-9_.-]+$',
} as const

/** The webhook's call: a merge that GitHub told of. A push has no `pull_request`. */
export const mergeRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['repository_id', 'repository', 'sha'],
  properties: {
    repository_id: { type: 'integer', minimum: 1 },
    repository: REPOSITORY,
    sha: SHA,
    branch: {
      type: 'string',
      description: 'what it was merged into; without it what its record says, else the first one',
    },
    pull_request: { type: 'integer', minimum: 1 },
    delivered: {
      type: 'string',
      maxLength: 40,
      description: 'ISO time at which the webhook took the delivery',
    },
    again: { type: 'boolean', description: 'an operator wants a finished merge once more' },
    cancel: { const: true, description: 'an operator wants an unfinished merge no more' },
  },
} as const

/** The webhook's other call: what a pull request would do, if it was merged. Nothing of it is built. */
export const checkRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['repository_id', 'repository', 'sha', 'pull_request', 'check'],
  properties: {
    repository_id: { type: 'integer', minimum: 1 },
    repository: REPOSITORY,
    sha: { ...SHA, description: 'the head of the pull request' },
    pull_request: { type: 'integer', minimum: 1 },
    check: { const: true },
    delivered: { type: 'string', maxLength: 40 },
  },
} as const

/** The build method: one service, called by an operator. */
export const methodRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['service_name', 'version', 'type'],
  properties: {
    service_name: SERVICE,
    version: VERSION,
    type: { enum: ['Docker', 'AMI'] },
    repository: REPOSITORY,
    sha: SHA,
    ref: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\0\\s~^:?*\\[\\\\]+$' },
    disk: DISK,
  },
  ...BY_TYPE,
} as const

/** An operator gives a service name to another repository. */
export const takeOverRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['service_name', 'repository', 'take_over'],
  properties: {
    service_name: SERVICE,
    repository: REPOSITORY,
    take_over: { const: true },
  },
} as const

/** A word of the doctor's to build itself, through the queue. */
export const doctorRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['doctor'],
  properties: { doctor: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
} as const

const SPACE = {
  type: 'object',
  additionalProperties: false,
  required: ['free', 'total'],
  properties: { free: { type: 'integer', minimum: 0 }, total: { type: 'integer', minimum: 1 } },
} as const

/** The timer's call, with what its host sees of the disks that build cannot see. */
export const catchUpRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['catch_up'],
  properties: {
    catch_up: { const: true },
    disks: {
      type: 'object',
      additionalProperties: false,
      description: 'room on the disks of the engine and of the registry, in bytes',
      properties: { engine: SPACE, registry: SPACE },
    },
  },
} as const

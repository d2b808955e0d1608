import { BUILD_ID } from '../shared/build-record.ts'
import { SERVICE } from '../shared/schema/images.ts'
import type { Schema } from './answer.ts'

export type Parameter = {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description: string
  schema: Schema
  example?: unknown
}

export const SERVICE_IN_PATH: Parameter = {
  name: 'service',
  in: 'path',
  required: true,
  description: 'service_name of images.json',
  schema: SERVICE,
  example: 'web',
}

/** A badge is an image for every name: one that cannot exist is unknown. */
export const ANY_SERVICE_IN_PATH: Parameter = {
  ...SERVICE_IN_PATH,
  schema: { type: 'string', minLength: 1, pattern: '^[A-Za-z0-9_-][A-Za-z0-9._-]*$' },
}

export const BUILD_IN_PATH: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: '`id` of a build in builds.json',
  schema: { type: 'string', pattern: BUILD_ID.source },
  example: '1767225600000-1a2b3c4d5e6f',
}

export const BRANCH_IN_QUERY: Parameter = {
  name: 'branch',
  in: 'query',
  required: false,
  description: 'One of the setting `branch`; without it the first',
  schema: { type: 'string', minLength: 1 },
  example: 'develop',
}

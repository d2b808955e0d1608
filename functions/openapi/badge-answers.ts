import type { ServiceState } from '../shared/build-record.ts'
import type { Ami, Disk } from '../shared/disk.ts'
import { badgeHintSchema } from '../shared/schema/badge-hint.ts'
import type { Schema } from './answer.ts'

const TEXT = { type: 'string' } as const
const TIME = { type: 'string', format: 'date-time' } as const
const SHA = { type: 'string', pattern: '^[0-9a-f]{40}$' } as const

/** A key that is missing here does not compile. */
const STATES: Record<ServiceState, true> = {
  queued: true,
  building: true,
  staged: true,
  built: true,
  unchanged: true,
  failed: true,
  error: true,
  held: true,
  superseded: true,
}

export const SERVICE_STATE = { enum: Object.keys(STATES) } as const

const DIGEST = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' } as const

const DISK: Record<keyof Disk | 'image', Schema> = {
  image: { ...TEXT, description: 'as OCI clients pull it' },
  digest: DIGEST,
  gib: { type: 'integer', description: 'its size in GiB' },
  size: { type: 'integer', description: 'bytes in the registry' },
  recipe: { ...TEXT, description: 'the digest of what made it: kernel, boot loaders, init' },
  kernel: TEXT,
  booted: {
    ...TEXT,
    description: 'with what it was started before it was published, in a sentence; or why it was not',
  },
}

const AMI: Record<keyof Ami, Schema> = {
  id: { ...TEXT, description: 'of the AMI in EC2' },
  region: TEXT,
  snapshot: { ...TEXT, description: 'the id of the snapshot behind it' },
}

const COLOR = { enum: ['green', 'blue', 'red', 'grey'] } as const

/** What badge takes and answers. */
export const BADGE_SCHEMAS: Record<string, Schema> = {
  BadgeHint: badgeHintSchema,
  ShieldsBadge: {
    description: 'https://shields.io/badges/endpoint-badge',
    type: 'object',
    additionalProperties: false,
    required: ['schemaVersion', 'label', 'message', 'color', 'isError', 'cacheSeconds'],
    properties: {
      schemaVersion: { const: 1 },
      label: TEXT,
      message: TEXT,
      color: COLOR,
      isError: { type: 'boolean' },
      cacheSeconds: { type: 'integer' },
    },
  },
  Build: {
    description: 'One service in one merge, or in one call of the build method',
    type: 'object',
    additionalProperties: false,
    required: [
      'id',
      'state',
      'version',
      'type',
      'image',
      'repository',
      'branches',
      'commit',
      'merged_at',
      'attempt',
      'log',
    ],
    properties: {
      id: TEXT,
      state: SERVICE_STATE,
      version: TEXT,
      type: { enum: ['Docker', 'AMI'] },
      tags: { type: 'array', items: TEXT, description: 'beside the version' },
      image: { ...TEXT, description: 'as it is pulled' },
      digest: DIGEST,
      repository: TEXT,
      branches: { type: 'array', items: TEXT, description: 'those that its merge is of' },
      commit: SHA,
      pull_request: { type: 'integer' },
      built_from: {
        ...SHA,
        description: 'the commit that the image was built from, where it is another one',
      },
      manual: { type: 'boolean', description: 'a call of the build method, no merge' },
      merged_at: TIME,
      started: TIME,
      finished: TIME,
      size: { type: 'integer', description: "bytes of the image's layers in the registry" },
      attempt: { type: 'integer' },
      reason: { ...TEXT, description: 'why it did not succeed' },
      title: { ...TEXT, description: 'of the pull request, else the first line of the commit' },
      untold: { ...TEXT, description: 'why GitHub shows no status of it' },
      disk: { $ref: '#/components/schemas/Disk' },
      ami: { $ref: '#/components/schemas/Ami' },
      log: { ...TEXT, description: 'address of the log, relative to this one' },
    },
  },
  Disk: {
    description: 'The bootable disk of a build of type AMI: an OCI artifact beside the image',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(DISK),
    properties: DISK,
  },
  Ami: {
    description: 'What AWS has of the disk, where this installation has credentials',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(AMI),
    properties: AMI,
  },
  Growth: {
    type: 'object',
    required: ['state', 'html', 'first', 'next', 'lines', 'wait', 'done'],
    properties: {
      state: SERVICE_STATE,
      html: { ...TEXT, description: 'lines of the log, as rows of its table' },
      first: { type: 'integer', description: 'the first of them' },
      next: { type: 'integer', description: 'what to ask `from` with' },
      lines: { type: 'integer', description: 'that the log has' },
      wait: { type: 'integer', description: 'ms until the page asks again' },
      done: { type: 'boolean' },
    },
  },
  History: {
    type: 'object',
    additionalProperties: false,
    required: ['service', 'badge', 'builds'],
    properties: {
      service: TEXT,
      badge: {
        type: 'object',
        additionalProperties: false,
        required: ['label', 'message', 'color'],
        properties: { label: TEXT, message: TEXT, color: COLOR },
      },
      builds: {
        type: 'array',
        maxItems: 50,
        description: 'newest first',
        items: { $ref: '#/components/schemas/Build' },
      },
    },
  },
}

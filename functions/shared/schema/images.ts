import { SIZE } from '../size.ts'

/** Service names end up in image names, tags, URLs and file names: the strictest of those wins. */
export const SERVICE_NAME = '^[a-z0-9]+(?:[._-][a-z0-9]+)*$'

/** A Docker tag (distribution spec). */
export const TAG = '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$'

export const SERVICE = {
  type: 'string',
  maxLength: 63,
  pattern: SERVICE_NAME,
  not: { pattern: '\\.(?:svg|json)$' },
  description: 'Name of the image: lower-case letters and digits, separated by single . _ or -',
} as const

export const VERSION = {
  type: 'string',
  pattern: TAG,
  not: { pattern: '-ami$' },
  description: 'Tag of the image. A published version is never replaced: raise it with every change',
} as const

/** Those that Docker's own emulation knows (https://github.com/tonistiigi/binfmt); none has two names here. */
const PLATFORM = {
  type: 'string',
  enum: [
    'linux/amd64',
    'linux/arm64',
    'linux/386',
    'linux/arm/v6',
    'linux/arm/v7',
    'linux/ppc64le',
    'linux/riscv64',
    'linux/s390x',
  ],
} as const

/** Size of a disk in GiB. */
export const DISK = {
  type: 'integer',
  minimum: 1,
  maximum: 64,
  description: 'Size of the disk in GiB, for type AMI only. Default: 8',
} as const

/** What an entry's other keys may be, by its type. The tag of a disk is a tag, too: at most 128 characters. */
export const BY_TYPE = {
  if: { properties: { type: { const: 'AMI' } } },
  // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's keyword
  then: {
    properties: {
      version: {
        type: 'string',
        maxLength: 124,
        description: 'With type AMI -ami is put behind it, and a tag has at most 128',
      },
    },
  },
  else: { properties: { disk: false } },
} as const

/** Relative, below its root, in POSIX form. */
const PATH = '^(?!/)(?!(?:[^\\0]*/)?\\.\\.(?:/|$))[^\\0\\\\\\n]+$'

/** images.json, the file at the root of a merged repository. This constant is the only place that says what it may hold. */
export const imagesSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'images.json of artefacto',
  description: 'The services of this repository that become images when a pull request is merged.',
  type: 'array',
  minItems: 1,
  maxItems: 50,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['service_name', 'version', 'type'],
    properties: {
      service_name: SERVICE,
      version: VERSION,
      type: {
        enum: ['Docker', 'AMI'],
        description: 'Docker: a container image. AMI: a bootable disk of it, too',
      },
      tags: {
        type: 'array',
        maxItems: 10,
        uniqueItems: true,
        items: {
          type: 'string',
          pattern: TAG,
          not: { pattern: '-ami$' },
          description: 'Tag beside the version: one that may move, or the beginning of its numbers',
        },
        description: 'Tags that move to the version as it is published, such as latest, or 1.4 of 1.4.2',
      },
      context: {
        type: 'string',
        maxLength: 255,
        pattern: PATH,
        description:
          'Folder that is sent to the build, from the root of the repository. Default: service_name',
      },
      dockerfile: {
        type: 'string',
        maxLength: 255,
        pattern: PATH,
        description: 'Path of the Dockerfile inside the context. Default: Dockerfile',
      },
      args: {
        type: 'object',
        maxProperties: 64,
        propertyNames: {
          type: 'string',
          pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
          description: 'Name of an ARG: letters, digits and _, not beginning with a digit',
        },
        additionalProperties: { type: 'string', maxLength: 4096 },
        description: 'Build arguments (ARG). They stay visible in the image: no secrets',
      },
      target: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
        description: 'Stage of the Dockerfile to build. Default: the last one',
      },
      platforms: {
        type: 'array',
        minItems: 1,
        uniqueItems: true,
        items: PLATFORM,
        description: "What the image is for; several become one index. Default: the engine's own, as it is",
      },
      secrets: {
        type: 'array',
        maxItems: 16,
        uniqueItems: true,
        items: {
          type: 'string',
          pattern: '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$',
          description: 'Name of a secret: letters, digits, _ . and -, not beginning with . or -',
        },
        description: 'Secrets that RUN --mount=type=secret,id=NAME may read, where the operator allows it',
      },
      limits: {
        type: 'object',
        additionalProperties: false,
        properties: {
          minutes: { type: 'number', minimum: 0.1, maximum: 1440, description: 'How long it may build' },
          size: {
            type: 'string',
            pattern: SIZE,
            description: 'What its layers may come to as the registry stores them, such as 500m or 2g',
          },
        },
        description: "What a build may take at most. The operator's own limits count as well",
      },
      disk: DISK,
    },
    ...BY_TYPE,
  },
} as const

import { FAILURE_CODES, Failure } from '../shared/failure.ts'
import { imagesSchema } from '../shared/schema/images.ts'
import type { Schema } from './answer.ts'
import { BADGE_SCHEMAS } from './badge-answers.ts'
import { BADGE_PATHS } from './badge-paths.ts'
import { BUILD_SCHEMAS } from './build-answers.ts'
import { BUILD_PATHS } from './build-paths.ts'
import type { Paths } from './operation.ts'
import { SECURITY_SCHEMES } from './security.ts'
import { WEBHOOK_SCHEMAS } from './webhook-answers.ts'
import { WEBHOOK_PATHS } from './webhook-paths.ts'

/** The paths of all functions, by their address at the gateway. */
export const PATHS: Paths = {
  ...WEBHOOK_PATHS,
  ...BUILD_PATHS,
  ...BADGE_PATHS,
}

/** Every refusal has this form, whatever function it comes from. */
const FAILURE: Schema = {
  type: 'object',
  additionalProperties: false,
  required: ['error', 'message'],
  properties: {
    error: {
      enum: FAILURE_CODES,
      description: FAILURE_CODES.map((code) => `\`${code}\` (${new Failure(code).status})`).join(', '),
    },
    message: { type: 'string', description: 'What happened and what to do, in one line' },
    id: { type: 'string', format: 'uuid', description: 'Of `internal`: the log has it under this id' },
  },
}

const { $schema: _dialect, ...images } = imagesSchema

/** The three functions as OpenAPI 3.1. https://spec.openapis.org/oas/v3.1.1 */
export function openapiDocument() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'artefacto',
      version: '1',
      summary: 'Merge to develop; get an image in your own registry and a badge in your README.',
      description:
        'What webhook, build and badge answer, through any OpenFaaS gateway. Where the gateway itself cannot call a function it answers for it (404, 502, 503, 504, in plain text). Every GET takes HEAD, too.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The gateway, or the front proxy before it' }],
    tags: [
      { name: 'webhook', description: 'What GitHub calls' },
      { name: 'build', description: 'What webhook, the timer and operators call' },
      { name: 'badge', description: 'What READMEs, people and scripts read' },
    ],
    paths: PATHS,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: { Failure: FAILURE, Images: images, ...WEBHOOK_SCHEMAS, ...BUILD_SCHEMAS, ...BADGE_SCHEMAS },
    },
  }
}

import { type Answer, jsonAnswer, ref } from './answer.ts'
import { AGAIN_PATH, CANCEL_PATH, LIVE_PATH } from './build-page-paths.ts'
import type { Operation, Paths } from './operation.ts'
import { inBoth, MOVED, text } from './page-answer.ts'
import {
  ANY_SERVICE_IN_PATH,
  BRANCH_IN_QUERY,
  BUILD_IN_PATH,
  type Parameter,
  SERVICE_IN_PATH,
} from './parameter.ts'
import { PAGE_KEY, PUBLIC, SIGNED } from './security.ts'

const BADGE = { label: 'build', message: '1.4.2', color: 'green' }

const HISTORY = {
  service: 'web',
  badge: BADGE,
  builds: [
    {
      id: '1767225600000-1a2b3c4d5e6f',
      state: 'built',
      version: '1.4.2',
      type: 'Docker',
      image: 'registry.example.org/web:1.4.2',
      digest: `sha256:${'0'.repeat(64)}`,
      repository: 'owner/repo',
      branches: ['develop'],
      commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
      pull_request: 7,
      merged_at: '2026-01-01T00:00:00.000Z',
      started: '2026-01-01T00:00:02.000Z',
      finished: '2026-01-01T00:00:09.000Z',
      size: 4_194_304,
      attempt: 1,
      log: 'builds/1767225600000-1a2b3c4d5e6f.log',
    },
    {
      id: '1767139200000-0f1e2d3c4b5a',
      state: 'built',
      version: '1.4.1',
      type: 'AMI',
      image: 'registry.example.org/web:1.4.1',
      digest: `sha256:${'1'.repeat(64)}`,
      repository: 'owner/repo',
      branches: ['develop'],
      commit: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c',
      merged_at: '2025-12-31T00:00:00.000Z',
      attempt: 1,
      disk: {
        image: 'registry.example.org/web:1.4.1-ami',
        digest: `sha256:${'2'.repeat(64)}`,
        gib: 8,
        size: 14_867_245,
        recipe: `sha256:${'3'.repeat(64)}`,
        kernel: '6.1.0-56-cloud-amd64',
        booted: 'with BIOS it answered HTTP 200 on port 8080 after 5.6 s',
      },
      ami: { id: 'ami-0123456789abcdef0', region: 'eu-central-1', snapshot: 'snap-0123456789abcdef0' },
      log: 'builds/1767139200000-0f1e2d3c4b5a.log',
    },
  ],
}

const NOT_CHANGED: Answer = { description: 'The caller has these bytes (If-None-Match)' }

/** A page for people. */
function page(operationId: string, summary: string, parameters: Parameter[]): Operation {
  return {
    operationId,
    tags: ['badge'],
    summary,
    security: PAGE_KEY,
    parameters,
    responses: {
      200: text('text/html', 'A page'),
      303: MOVED,
      ...inBoth(['key', 'not_found', 'registry_down', 'registry_error', 'registry_torn']),
    },
  }
}

/** What READMEs, people and scripts read. Every GET answers HEAD as well. */
export const BADGE_PATHS: Paths = {
  '/function/badge': {
    get: page('services', 'All services: what stands, and what happens', [BRANCH_IN_QUERY]),
    post: {
      operationId: 'forget',
      tags: ['badge'],
      summary: "build's word that the truth about services has changed: badge forgets what it kept",
      description: 'Not open to the internet.',
      security: SIGNED,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: ref('BadgeHint'), example: { services: ['web'] } } },
      },
      responses: { 204: { description: 'Forgotten' }, ...inBoth(['bad_request', 'signature']) },
    },
  },
  '/function/badge/{service}.svg': {
    get: {
      operationId: 'badge',
      tags: ['badge'],
      summary: 'The badge, always an image',
      security: PUBLIC,
      parameters: [ANY_SERVICE_IN_PATH, BRANCH_IN_QUERY],
      responses: {
        200: text('image/svg+xml', 'The badge; `unknown` where nobody has built such a service'),
        304: NOT_CHANGED,
        ...inBoth([]),
      },
    },
  },
  '/function/badge/{service}.json': {
    get: {
      operationId: 'shields',
      tags: ['badge'],
      summary: 'The badge for shields.io',
      security: PUBLIC,
      parameters: [ANY_SERVICE_IN_PATH, BRANCH_IN_QUERY],
      responses: {
        200: jsonAnswer("shields.io's endpoint schema", ref('ShieldsBadge'), {
          schemaVersion: 1,
          ...BADGE,
          isError: false,
          cacheSeconds: 300,
        }),
        ...inBoth([]),
      },
    },
  },
  '/function/badge/{service}/builds.json': {
    get: {
      operationId: 'builds',
      tags: ['badge'],
      summary: 'The newest 50 builds of a service',
      security: PAGE_KEY,
      parameters: [SERVICE_IN_PATH, BRANCH_IN_QUERY],
      responses: {
        200: jsonAnswer('Newest first', ref('History'), HISTORY),
        303: MOVED,
        ...inBoth(['key', 'not_found', 'registry_down', 'registry_error', 'registry_torn']),
      },
    },
  },
  '/function/badge/{service}/builds/{id}.log': {
    get: {
      operationId: 'log',
      tags: ['badge'],
      summary: "A build's log, while it is written, too",
      security: PAGE_KEY,
      parameters: [SERVICE_IN_PATH, BUILD_IN_PATH],
      responses: {
        200: text('text/plain', 'Every attempt that ended, then what is being written now'),
        303: MOVED,
        ...inBoth(['key', 'not_found', 'registry_down', 'registry_error', 'registry_torn']),
      },
    },
  },
  '/function/badge/{service}': {
    get: page('service', 'One service: what is published, how it is pulled, its builds', [
      SERVICE_IN_PATH,
      BRANCH_IN_QUERY,
    ]),
  },
  '/function/badge/{service}/builds/{id}': {
    get: page('buildPage', 'One build and its log', [SERVICE_IN_PATH, BUILD_IN_PATH]),
  },
  '/function/badge/{service}/builds/{id}/live': LIVE_PATH,
  '/function/badge/{service}/builds/{id}/again': AGAIN_PATH,
  '/function/badge/{service}/builds/{id}/cancel': CANCEL_PATH,
  '/function/badge/_/openapi.json': {
    get: {
      operationId: 'openapi',
      tags: ['badge'],
      summary: 'This description',
      security: PUBLIC,
      responses: {
        200: jsonAnswer('OpenAPI 3.1', { type: 'object', required: ['openapi', 'paths'] }, undefined),
        304: NOT_CHANGED,
        ...inBoth([]),
      },
    },
  },
}

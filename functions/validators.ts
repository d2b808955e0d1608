import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Ajv, type AnySchema } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { badgeHintSchema } from './shared/schema/badge-hint.ts'
import {
  catchUpRequestSchema,
  checkRequestSchema,
  doctorRequestSchema,
  mergeRequestSchema,
  methodRequestSchema,
  takeOverRequestSchema,
} from './shared/schema/build-request.ts'
import { pullRequestSchema, pushSchema } from './shared/schema/delivery.ts'
import {
  githubAppTokenSchema,
  githubCommitSchema,
  githubCommitsSchema,
  githubCompareSchema,
  githubContentsSchema,
  githubInstallationSchema,
  githubLfsBatchSchema,
  githubPullSchema,
  githubPullsSchema,
  githubRepositorySchema,
  githubTreeSchema,
} from './shared/schema/github.ts'
import { imagesSchema } from './shared/schema/images.ts'

/** Every schema by the name under which its compiled check is exported from validators.generated.mjs. */
const SCHEMAS: Record<string, AnySchema> = {
  isMergeRequest: mergeRequestSchema,
  isCheckRequest: checkRequestSchema,
  isMethodRequest: methodRequestSchema,
  isTakeOverRequest: takeOverRequestSchema,
  isCatchUpRequest: catchUpRequestSchema,
  isDoctorRequest: doctorRequestSchema,
  isBadgeHint: badgeHintSchema,
  isPullRequestPayload: pullRequestSchema,
  isPushPayload: pushSchema,
  isGithubRepository: githubRepositorySchema,
  isGithubTree: githubTreeSchema,
  isGithubInstallation: githubInstallationSchema,
  isGithubAppToken: githubAppTokenSchema,
  isGithubPull: githubPullSchema,
  isGithubPulls: githubPullsSchema,
  isGithubCommit: githubCommitSchema,
  isGithubCommits: githubCommitsSchema,
  isGithubCompare: githubCompareSchema,
  isGithubContents: githubContentsSchema,
  isGithubLfsBatch: githubLfsBatchSchema,
  isImages: imagesSchema,
}

/** What the compiled checks ask for, as ajv writes it. */
const LENGTH = 'require("ajv/dist/runtime/ucs2length").default'

/**
 * Compiles the schemas to plain code once, here, because compiling costs a cold start 45 to 60 ms and 110 KB
 * (measured; docs/decisions). Errors are collected all at once for images.json only, which has 64 kB at most:
 * on input of strangers `allErrors` is a way to burn our time (ajv's own security notes). Each check is an export that a
 * bundle goes without where it is not called.
 */
export function writeValidators(root: string): void {
  const options = { code: { source: true, lines: false }, strict: true, allowUnionTypes: true }
  const code = Object.entries(SCHEMAS).map(([name, schema]) => {
    const ajv = new Ajv({ ...options, allErrors: name === 'isImages', verbose: name === 'isImages' })
    const compiled = standalone.default(ajv, ajv.compile(schema)).replaceAll(LENGTH, 'length.default')
    return `export const ${name} = /* @__PURE__ */ (() => { const module = {};\n${compiled}\nreturn module.exports })();\n`
  })
  const file = join(root, 'functions/shared/validators.generated.mjs')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `import length from 'ajv/dist/runtime/ucs2length.js'\n${code.join('')}`)
  writeFileSync(join(root, 'images.schema.json'), `${JSON.stringify(imagesSchema, null, 2)}\n`)
}

import type { ErrorObject } from 'ajv'

/** A compiled JSON Schema check: true when the value fits, otherwise `errors` says why. */
export interface Check {
  (value: unknown): boolean
  errors?: ErrorObject[] | null
}
export declare const isMergeRequest: Check
export declare const isCheckRequest: Check
export declare const isMethodRequest: Check
export declare const isTakeOverRequest: Check
export declare const isCatchUpRequest: Check
export declare const isDoctorRequest: Check
export declare const isBadgeHint: Check
export declare const isPullRequestPayload: Check
export declare const isPushPayload: Check
export declare const isGithubRepository: Check
export declare const isGithubTree: Check
export declare const isGithubInstallation: Check
export declare const isGithubAppToken: Check
export declare const isGithubPull: Check
export declare const isGithubPulls: Check
export declare const isGithubCommit: Check
export declare const isGithubCommits: Check
export declare const isGithubCompare: Check
export declare const isGithubContents: Check
export declare const isGithubLfsBatch: Check
export declare const isImages: Check

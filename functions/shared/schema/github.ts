/** What is relied on in GitHub's REST answers; more keys may come. https://docs.github.com/rest */
const SHA = { type: 'string', pattern: '^[0-9a-f]{40}$' } as const

export const githubRepositorySchema = {
  type: 'object',
  required: ['id', 'full_name', 'private'],
  properties: {
    id: { type: 'integer' },
    full_name: { type: 'string', pattern: '^[\\w.-]+/[\\w.-]+$' },
    private: { type: 'boolean' },
  },
} as const

/** A GitHub App's, on an account: https://docs.github.com/rest/apps/apps */
export const githubInstallationSchema = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer' } },
} as const

export const githubAppTokenSchema = {
  type: 'object',
  required: ['token', 'expires_at'],
  properties: { token: { type: 'string', minLength: 1 }, expires_at: { type: 'string' } },
} as const

export const githubPullSchema = {
  type: 'object',
  required: ['number', 'merged_at', 'merge_commit_sha', 'base'],
  properties: {
    number: { type: 'integer' },
    title: { type: 'string' },
    state: { type: 'string' },
    merged_at: { type: ['string', 'null'] },
    merge_commit_sha: { type: ['string', 'null'] },
    updated_at: { type: 'string' },
    head: {
      type: 'object',
      required: ['sha'],
      properties: {
        sha: SHA,
        repo: { type: ['object', 'null'], required: ['id'], properties: { id: { type: 'integer' } } },
      },
    },
    base: {
      type: 'object',
      required: ['ref', 'repo'],
      properties: {
        ref: { type: 'string' },
        repo: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
      },
    },
  },
} as const

export const githubPullsSchema = { type: 'array', items: githubPullSchema } as const

export const githubCommitSchema = {
  type: 'object',
  required: ['sha', 'commit', 'parents'],
  properties: {
    sha: SHA,
    commit: {
      type: 'object',
      required: ['committer', 'message'],
      properties: {
        message: { type: 'string' },
        committer: { type: 'object', required: ['date'], properties: { date: { type: 'string' } } },
      },
    },
    parents: { type: 'array', items: { type: 'object', required: ['sha'], properties: { sha: SHA } } },
  },
} as const

export const githubCommitsSchema = { type: 'array', items: githubCommitSchema } as const

export const githubCompareSchema = {
  type: 'object',
  required: ['status', 'ahead_by', 'behind_by'],
  properties: {
    status: { enum: ['identical', 'behind', 'ahead', 'diverged'] },
    ahead_by: { type: 'integer' },
    behind_by: { type: 'integer' },
  },
} as const

/** One thing, or the list of a folder. */
export const githubContentsSchema = {
  anyOf: [
    { type: 'array', items: { type: 'object' } },
    { type: 'object', required: ['type', 'sha'], properties: { type: { type: 'string' }, sha: SHA } },
  ],
} as const

/** https://docs.github.com/rest/git/trees#get-a-tree; of what is `truncated` the end is missing. */
export const githubTreeSchema = {
  type: 'object',
  required: ['tree', 'truncated'],
  properties: {
    truncated: { type: 'boolean' },
    tree: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'mode', 'type', 'sha'],
        properties: {
          path: { type: 'string' },
          mode: { type: 'string' },
          type: { type: 'string' },
          sha: SHA,
          size: { type: 'integer' },
        },
      },
    },
  },
} as const

/** https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md */
export const githubLfsBatchSchema = {
  type: 'object',
  required: ['objects'],
  properties: {
    objects: {
      type: 'array',
      items: {
        type: 'object',
        required: ['oid'],
        properties: {
          oid: { type: 'string', pattern: '^[0-9a-f]{64}$' },
          actions: {
            type: 'object',
            properties: {
              download: {
                type: 'object',
                required: ['href'],
                properties: {
                  href: { type: 'string' },
                  header: { type: 'object', additionalProperties: { type: 'string' } },
                },
              },
            },
          },
          error: {
            type: 'object',
            required: ['code'],
            properties: { code: { type: 'integer' }, message: { type: 'string' } },
          },
        },
      },
    },
  },
} as const

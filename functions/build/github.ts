import { pipeline, type Readable } from 'node:stream'
import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from '../shared/failure.ts'
import { IMAGES_LIMIT } from '../shared/images.ts'
import type {
  githubCommitSchema,
  githubCompareSchema,
  githubContentsSchema,
  githubPullSchema,
  githubRepositorySchema,
  githubTreeSchema,
} from '../shared/schema/github.ts'
import {
  isGithubCommit,
  isGithubCommits,
  isGithubCompare,
  isGithubContents,
  isGithubPull,
  isGithubPulls,
  isGithubRepository,
  isGithubTree,
} from '../shared/validators.generated.mjs'
import { JSON_TYPE } from './github-call.ts'
import type { githubTransport } from './github-transport.ts'
import { metered, STALL_MS } from './metered.ts'
import type { Room } from './spool.ts'
import * as words from './words/github.ts'
import * as refusals from './words/refusals.ts'

const RAW_TYPE = 'application/vnd.github.raw+json'

/** Entries of a page; GitHub gives no more. */
export const PAGE = 100

/** Bytes of a compressed tarball that are taken at most, and of those of all submodules. */
export const TARBALL_LIMIT = 1024 * 1024 * 1024

export type GithubRepository = FromSchema<typeof githubRepositorySchema>
export type Pull = FromSchema<typeof githubPullSchema>
export type Commit = FromSchema<typeof githubCommitSchema>
export type Compare = FromSchema<typeof githubCompareSchema>
export type GitTree = FromSchema<typeof githubTreeSchema>
type Contents = FromSchema<typeof githubContentsSchema>

/** The questions that build asks GitHub; undefined is GitHub's 404. Names go into paths, so they are checked before. */
export type GitHub = ReturnType<typeof openGitHub>

export function openGitHub(get: ReturnType<typeof githubTransport>) {
  async function ask<T>(path: string, fits: (value: unknown) => boolean): Promise<T | undefined> {
    const answer = await get(path, { accept: JSON_TYPE })
    if (answer === undefined) return undefined
    const value = parse(answer.data as Buffer)
    if (!fits(value)) throw new Failure('github_down', words.unpromised(path))
    return value as T
  }
  const seen = new Map<string, { etag: string | undefined; value: unknown }>()

  /**
   * The same for a list that is asked for every minute: one that has not changed costs no rate with a token. Of each
   * entry only what `slim` leaves is kept: a pull request of GitHub's has 25 kB, and a hundred of them come at once.
   */
  async function askAgain<T>(
    path: string,
    fits: (value: unknown) => boolean,
    slim: (entry: T) => T,
  ): Promise<T[]> {
    const before = seen.get(path)
    const answer = await get(path, { accept: JSON_TYPE, etag: before?.etag })
    if (answer?.status === 304) return before?.value as T[]
    if (answer === undefined) return []
    const value = parse(answer.data as Buffer)
    if (!fits(value)) throw new Failure('github_down', words.unpromised(path))
    const kept = (value as T[]).map(slim)
    seen.set(path, { etag: answer.headers.etag as string | undefined, value: kept })
    return kept
  }

  const repo = (fullName: string) => `/repos/${fullName}`

  /** The source of a commit as it comes, the gzipped tar that GitHub serves; undefined where there is none. */
  async function archive(
    fullName: string,
    sha: string,
    room: Room = { left: TARBALL_LIMIT },
  ): Promise<Readable | undefined> {
    const stall = new AbortController()
    const answer = await get(`${repo(fullName)}/tarball/${sha}`, {
      accept: JSON_TYPE,
      stream: true,
      signal: stall.signal,
    })
    if (answer === undefined) return undefined
    const declared = Number(answer.headers['content-length'] ?? Number.NaN)
    const over = new Failure('source_refused', refusals.archiveTooLarge(TARBALL_LIMIT / 1024 ** 2))
    // How it ends is seen by whoever reads it.
    const ended = () => {}
    return pipeline(answer.data as Readable, metered(stall, declared, room, over), ended).on('error', ended)
  }

  return {
    repository: (fullName: string) => ask<GithubRepository>(repo(fullName), isGithubRepository),
    pull: (fullName: string, number: number) => ask<Pull>(`${repo(fullName)}/pulls/${number}`, isGithubPull),
    /** The pull requests that GitHub lists for a commit. */
    async pullsOf(fullName: string, sha: string): Promise<Pull[]> {
      return (await ask<Pull[]>(`${repo(fullName)}/commits/${sha}/pulls`, isGithubPulls)) ?? []
    },
    commit: (fullName: string, ref: string) =>
      ask<Commit>(`${repo(fullName)}/commits/${encodeURIComponent(ref)}`, isGithubCommit),
    /** How `head` stands to `base`: identical or behind means that base contains it. */
    compare: (fullName: string, base: string, head: string) =>
      ask<Compare>(`${repo(fullName)}/compare/${encodeURIComponent(base)}...${head}`, isGithubCompare),
    /** A page of the closed pull requests of a branch, the last changed first. */
    async closedPulls(fullName: string, branch: string, page: number): Promise<Pull[]> {
      const query = `state=closed&base=${encodeURIComponent(branch)}&sort=updated&direction=desc&per_page=${PAGE}`
      return askAgain<Pull>(`${repo(fullName)}/pulls?${query}&page=${page}`, isGithubPulls, slimPull)
    },
    /** A page of the commits of a branch since a time (ms since 1970), the newest first. */
    async commits(fullName: string, branch: string, since: number, page: number): Promise<Commit[]> {
      const query = `sha=${encodeURIComponent(branch)}&since=${new Date(since).toISOString()}&per_page=${PAGE}`
      return askAgain<Commit>(`${repo(fullName)}/commits?${query}&page=${page}`, isGithubCommits, slimCommit)
    },
    /** images.json at a commit, as bytes. */
    async images(fullName: string, sha: string): Promise<Buffer | undefined> {
      const answer = await get(`${repo(fullName)}/contents/images.json?ref=${sha}`, {
        accept: RAW_TYPE,
        stream: true,
        signal: AbortSignal.timeout(STALL_MS),
      })
      return (
        answer &&
        firstBytes(answer.data as Readable, IMAGES_LIMIT + 1).catch((error: unknown) => {
          throw new Failure('github_down', words.imagesBroken, error)
        })
      )
    },
    archive,
    /** The same, where it must be there. */
    async tarball(fullName: string, sha: string): Promise<Readable> {
      const found = await archive(fullName, sha)
      if (found === undefined) throw new Failure('github_refused', words.noTarball(fullName, sha))
      return found
    },
    /** All that a commit holds, but for the bytes. */
    tree: (fullName: string, sha: string) =>
      ask<GitTree>(`${repo(fullName)}/git/trees/${sha}?recursive=1`, isGithubTree),
    /** The bytes of a file, by the id that git gives them. At most as many as an answer may have. */
    async blob(fullName: string, id: string): Promise<Buffer | undefined> {
      const answer = await get(`${repo(fullName)}/git/blobs/${id}`, { accept: RAW_TYPE })
      return answer && (answer.data as Buffer)
    },
    /** The commit of another repository that a commit has at a path, as a submodule; undefined where it has none. */
    async gitlink(fullName: string, sha: string, path: string): Promise<string | undefined> {
      const place = path.split('/').map(encodeURIComponent).join('/')
      const found = await ask<Contents>(`${repo(fullName)}/contents/${place}?ref=${sha}`, isGithubContents)
      return found && 'type' in found && found.type === 'submodule' ? found.sha : undefined
    },
  }
}

function slimPull({ number, merged_at, merge_commit_sha, updated_at, base: { ref, repo } }: Pull): Pull {
  return {
    number,
    merged_at,
    merge_commit_sha,
    ...(updated_at !== undefined && { updated_at }),
    base: { ref, repo: { id: repo.id } },
  }
}

function slimCommit({ sha, parents, commit: { message, committer } }: Commit): Commit {
  const { date } = committer
  return { sha, parents: parents.map((one) => ({ sha: one.sha })), commit: { message, committer: { date } } }
}

async function firstBytes(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size >= limit) break
  }
  return Buffer.concat(chunks)
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

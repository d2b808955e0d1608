import { accountJson } from './account.ts'
import { linkHeader, pageOf, type RepositoryCall } from './call.ts'
import { IDENTITY } from './git.ts'
import { type Commit, countCommits, readCommit, readCommits } from './history.ts'
import { json, notFound, Refusal, type Reply } from './reply.ts'
import { defaultBranch, type Repository } from './repository.ts'
import { isEmpty, resolve } from './revision.ts'

/** A commit as GitHub shows it; `author` is null where the mail address is nobody's account. */
export function commitJson(api: string, repository: Repository, commit: Commit) {
  const base = `${api}/repos/${repository.fullName}`
  const url = `${base}/commits/${commit.sha}`
  const account = (email: string) => (email === IDENTITY.email ? accountJson(api, repository.owner) : null)
  return {
    sha: commit.sha,
    node_id: Buffer.from(`06:Commit${commit.sha}`).toString('base64'),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${base}/git/trees/${commit.tree}` },
      url: `${base}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url,
    html_url: `${api}/${repository.fullName}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${base}/commits/${sha}`,
      html_url: `${api}/${repository.fullName}/commit/${sha}`,
    })),
  }
}

/** `GET commits`: the history of `sha` (a branch or commit; the default branch without it). */
export async function listCommits(call: RepositoryCall): Promise<Reply> {
  const { repository, url, site } = call
  const start = url.searchParams.get('sha') ?? defaultBranch(repository)
  const sha = await resolve(repository.directory, start)
  if (sha === undefined) throw await emptyOr(repository, notFound())
  const { size, page } = pageOf(url.searchParams)
  const limits = ['since', 'until'].flatMap((name) => timeLimit(name, url.searchParams.get(name)))
  const range = [...limits, sha]
  const paging = [`--max-count=${size}`, `--skip=${(page - 1) * size}`]
  const commits = await readCommits(repository.directory, [...paging, ...range])
  const links = linkHeader(call, await countCommits(repository.directory, range))
  return json(
    commits.map((commit) => commitJson(site.api, repository, commit)),
    200,
    links,
  )
}

/** `GET commits/{ref}`: one commit by branch, tag or sha. */
export async function showCommit(call: RepositoryCall): Promise<Reply> {
  const sha = await commitNamed(call.repository, call.parameters[0] as string)
  const commit = await readCommit(call.repository.directory, sha)
  return json(commitJson(call.site.api, call.repository, commit))
}

/** The full sha that `ref` names, or GitHub's refusal: 409 in an empty repository, else 422. */
export async function commitNamed(repository: Repository, ref: string): Promise<string> {
  const sha = await resolve(repository.directory, ref)
  if (sha === undefined) {
    throw await emptyOr(repository, new Refusal(422, `No commit found for SHA: ${ref}`))
  }
  return sha
}

/** The refusal that fits: an empty repository is said to be empty, whatever was asked of it. */
export async function emptyOr(repository: Repository, refusal: Refusal): Promise<Refusal> {
  const empty = await isEmpty(repository.directory)
  return empty ? new Refusal(409, 'Git Repository is empty.') : refusal
}

function timeLimit(name: string, value: string | null): string[] {
  const time = new Date(value ?? '')
  return Number.isNaN(time.getTime()) ? [] : [`--${name}=${time.toISOString()}`]
}

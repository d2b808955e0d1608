import type { BuildRecord } from '../shared/build-record.ts'
import type { MergeRecord } from '../shared/merge-record.ts'
import { type Html, html } from './html.ts'
import { short } from './measure.ts'

/** Where something that was built comes from. */
export type Origin = Pick<BuildRecord, 'repository' | 'commit' | 'pullRequest' | 'title' | 'manual'>

/** The same of a merge; only builds know the title. */
export function originOf({ repository, sha, pullRequest }: MergeRecord): Origin {
  return { repository, commit: sha, pullRequest }
}

/** What was merged, with links to its pull request and its commit on GitHub. */
export function mergeLine(origin: Origin, githubUrl: string): Html {
  const { pullRequest, commit, title, manual } = origin
  const base = repositoryUrl(origin, githubUrl)
  const pull = pullRequest !== undefined && link(base && `${base}/pull/${pullRequest}`, `#${pullRequest}`)
  const sha = link(base && `${base}/commit/${encodeURIComponent(commit)}`, commit.slice(0, 7))
  const parts = [title !== undefined && short(title, 60), pull, sha, manual === true && 'by hand']
  return html`${parts.filter((part) => part !== false).map((part) => html`${part} `)}`
}

/** The repository's page; undefined for a name that GitHub would not have given. */
function repositoryUrl({ repository }: Origin, githubUrl: string): string | undefined {
  return /^[\w.-]+\/[\w.-]+$/.test(repository) ? `${githubUrl}/${repository}` : undefined
}

function link(address: string | undefined, text: string): Html {
  return address === undefined ? html`${text}` : html`<a href="${address}">${text}</a>`
}

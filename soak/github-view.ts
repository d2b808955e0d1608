import { git } from '../local/github/git.ts'

/** What GitHub has of a repository: its number, and every commit that was merged into develop. */
export type Merged = { repositoryId: number; shas: string[] }

type Pull = { merged_at: string | null; merge_commit_sha: string | null }

const PAGE = 100

/** Pull requests by the API, and merges that git made by the branch's own history. `directory`: the bare repository. */
export async function mergedOf(url: string, repository: string, directory: string): Promise<Merged> {
  const { id } = await get<{ id: number }>(`${url}/repos/${repository}`)
  const shas = new Set<string>()
  for (let page = 1; ; page += 1) {
    const query = `state=closed&base=develop&per_page=${PAGE}&page=${page}`
    const pulls = await get<Pull[]>(`${url}/repos/${repository}/pulls?${query}`)
    for (const { merged_at, merge_commit_sha } of pulls)
      if (merged_at !== null && merge_commit_sha !== null) shas.add(merge_commit_sha)
    if (pulls.length < PAGE) break
  }
  const args = ['rev-list', '--first-parent', '--min-parents=2', 'develop', '--']
  for (const sha of (await git(directory, args)).toString().split('\n').filter(Boolean)) shas.add(sha)
  return { repositoryId: id, shas: [...shas] }
}

async function get<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { 'user-agent': 'soak' } })
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`)
  return (await answer.json()) as T
}

import type { RepositoryCall } from './call.ts'
import { emptyOr } from './commits.ts'
import { json, notFound, type Reply } from './reply.ts'
import { resolve } from './revision.ts'
import { readTree } from './tree.ts'

// https://docs.github.com/rest/git/trees#get-a-tree: more is cut off and said to be `truncated`.
const ENTRIES_MAX = 100_000

/** `GET git/trees/{sha}`: a tree by its own sha, a commit's or a branch; any `recursive` means all below it. */
export async function showTree(call: RepositoryCall): Promise<Reply> {
  const { repository, site, url } = call
  const sha = await resolve(repository.directory, call.parameters[0] as string, 'tree')
  if (sha === undefined) throw await emptyOr(repository, notFound())
  const entries = await readTree(repository.directory, sha, { recursive: url.searchParams.has('recursive') })
  const git = `${site.api}/repos/${repository.fullName}/git`
  const tree = entries.slice(0, ENTRIES_MAX).map(({ path, mode, type, sha, size }) => ({
    path,
    mode,
    type,
    sha,
    ...(size === undefined ? {} : { size }),
    ...(type === 'commit' ? {} : { url: `${git}/${type}s/${sha}` }),
  }))
  return json({ sha, url: `${git}/trees/${sha}`, tree, truncated: entries.length > ENTRIES_MAX })
}

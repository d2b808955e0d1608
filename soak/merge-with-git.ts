import { announce } from '../local/github/announce.ts'
import { git } from '../local/github/git.ts'
import { createHookLog } from '../local/github/hook-log.ts'
import { findRepository } from '../local/github/repository.ts'
import { headOf } from '../local/github/revision.ts'
import type { Delivery, Files } from '../local/github/server.ts'
import { writeCommit, writeMergeCommit } from '../local/github/write-commit.ts'
import type { World } from './world.ts'

/** What `git merge --no-ff` and `git push` do: a commit with two parents and no pull request, told by a push. */
export async function mergeWithGit(
  { state, github, webhook }: World,
  fullName: string,
  files: Files,
  told: boolean,
): Promise<{ sha: string; deliveries: Delivery[] }> {
  const repository = findRepository(state.github, fullName)
  const before = repository && (await headOf(repository.directory, 'develop'))
  if (repository === undefined || before === undefined) throw new Error(`${fullName} has no develop`)
  const { directory } = repository
  const at = new Date()
  const message = 'Merge branch topic'
  // A branch of its own: fast-import refuses one that does not descend from where it stood.
  const ref = `refs/heads/topic-${before}`
  const head = await writeCommit(directory, { ref, parent: before, files, message: 'A topic', at })
  const after = await writeMergeCommit(directory, { base: before, head, message, at })
  await git(directory, ['update-ref', 'refs/heads/develop', after, before])
  const move = { branch: 'develop', before, after }
  const events = told ? ['push' as const] : []
  const site = { api: github.url, hookLog: createHookLog(), now: () => at }
  return { sha: after, deliveries: await announce(site, webhook, { repository, move, events }) }
}

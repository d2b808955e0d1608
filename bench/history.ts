import { git, IDENTITY } from '../local/github/git.ts'
import type { Files } from '../local/github/server.ts'
import { changes } from '../local/github/write-commit.ts'
import type { Journey } from '../test/support/journey.ts'
import { worked } from './node-service.ts'

const COMMITS = 400

/** Makes a repository in which a service has been worked on for 400 commits, packed as a server keeps it. */
export async function makeHistory(world: Journey, repository: string, service: string, files: Files) {
  await world.github.create(repository, { files })
  const directory = directoryOf(world, repository)
  const history = Array.from({ length: COMMITS }, (_, index) =>
    commit(directory, index, worked(service, index + 1)),
  )
  const input = Buffer.concat(history.flat().map((part) => Buffer.from(part)))
  await git(directory, ['fast-import', '--quiet', '--date-format=now'], { input })
  await git(directory, ['gc', '--quiet'])
}

/** On top of what stands; after the first, git goes on from where it is. */
function commit(directory: string, index: number, files: Files): (string | Buffer)[] {
  const branch = 'refs/heads/develop'
  const committer = `${IDENTITY.name} <${IDENTITY.email}> now`
  const from = index === 0 ? `from ${branch}^0\n` : ''
  return [
    `commit ${branch}\ncommitter ${committer}\ndata 6\nA day\n\n${from}`,
    ...changes(directory, files),
    '\n',
  ]
}

/** The same repository under another name, for the other side: what that one merges is none of ours to find. */
export function makeTwin(world: Journey, repository: string, twin: string): Promise<void> {
  return world.github.create(twin, { clone: directoryOf(world, repository) })
}

function directoryOf(world: Journey, repository: string): string {
  return `${world.state.github}/${repository}.git`
}

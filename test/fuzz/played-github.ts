import { Readable } from 'node:stream'
import type { Commit, GitHub, Pull } from '../../functions/build/github.ts'
import { tarball } from '../build/tar-bytes.ts'
import type { Named } from './story.ts'

export type Merged = { sha: string; seconds: number; number: number; squash: boolean; services: Named[] }
/** `main` is where the branch of that name is in the line of merges, if there is one. */
export type PlayedRepository = { id: number; fullName: string; merges: Merged[]; main?: number }

/** GitHub in memory: repositories whose `develop` is a line of merges, to which `main` is forwarded. `gate` lets a question pass, or not. */
export function playedGithub(repositories: PlayedRepository[], gate: () => Promise<void>): GitHub {
  const find = (fullName: string) => repositories.find((one) => one.fullName === fullName)
  const at = (fullName: string, ref: string) => {
    const { merges = [], main = -1 } = find(fullName) ?? {}
    if (ref === 'main') return main
    return ref === 'develop' ? merges.length - 1 : merges.findIndex(({ sha }) => sha === ref)
  }
  const one = <T>(fullName: string, ref: string, map: (merge: Merged) => T): T | undefined => {
    const merge = find(fullName)?.merges[at(fullName, ref)]
    return merge && map(merge)
  }
  const commits = (fullName: string) =>
    (find(fullName)?.merges ?? []).map((merge, index, all) => asCommit(merge, all[index - 1]))
  const pulls = (fullName: string) => {
    const { id = 0, merges = [] } = find(fullName) ?? {}
    return merges.map((merge) => asPull(merge, id)).reverse()
  }
  const gated = async <T>(value: () => T): Promise<T> => {
    await gate()
    return value()
  }
  return {
    repository: (name) =>
      gated(() => {
        const found = find(name)
        return found && { id: found.id, full_name: name, private: false }
      }),
    pull: (name, number) => gated(() => pulls(name).find((pull) => pull.number === number)),
    pullsOf: (name, sha) => gated(() => pulls(name).filter((pull) => pull.merge_commit_sha === sha)),
    commit: (name, ref) => gated(() => commits(name)[at(name, ref)]),
    compare: (name, base, head) =>
      gated(() => {
        if (at(name, base) < 0) return undefined
        const ahead = at(name, head) - at(name, base)
        const status = ahead === 0 ? 'identical' : ahead > 0 ? 'ahead' : 'behind'
        return { status, ahead_by: Math.max(ahead, 0), behind_by: Math.max(-ahead, 0) } as const
      }),
    closedPulls: (name, branch, page) =>
      gated(() => (page === 1 ? pulls(name).filter(({ base }) => base.ref === branch) : [])),
    commits: (name, branch, _since, page) =>
      gated(() =>
        page === 1
          ? commits(name)
              .slice(0, at(name, branch) + 1)
              .reverse()
          : [],
      ),
    images: (name, sha) => gated(() => one(name, sha, ({ services }) => imagesOf(services))),
    tarball: (name, sha) =>
      gated(() => Readable.from([one(name, sha, (merge) => sourceOf(merge)) ?? Buffer.alloc(0)])),
    archive: () => Promise.reject(new Error('nobody here has submodules')),
    tree: () => gated(() => undefined),
    blob: () => Promise.reject(new Error('nobody here is shown a tree')),
    gitlink: () => Promise.reject(new Error('nobody here has submodules')),
  }
}

function asPull({ sha, seconds, number }: Merged, id: number): Pull {
  const date = new Date(seconds * 1000).toISOString()
  const base = { ref: 'develop', repo: { id } }
  return { number, merged_at: date, merge_commit_sha: sha, updated_at: date, base }
}

function asCommit({ sha, seconds, squash }: Merged, before: Merged | undefined): Commit {
  const date = new Date(seconds * 1000).toISOString()
  const first = { sha: before?.sha ?? '0'.repeat(40) }
  const parents = squash ? [first] : [first, { sha: 'f'.repeat(40) }]
  return { sha, parents, commit: { message: 'merge', committer: { date } } }
}

function imagesOf(services: Named[]): Buffer {
  const entries = services.map(({ name, version, type, tagged }) => ({
    service_name: name,
    version,
    type: type ?? 'Docker',
    ...(tagged && { tags: version === 'dev' ? ['latest'] : ['latest', '1'] }),
  }))
  return Buffer.from(JSON.stringify(entries))
}

function sourceOf({ sha, services }: Merged): Buffer {
  const top = `acme-shop-${sha.slice(0, 7)}`
  const dockerfile = ({ source, breaks }: Named) => `FROM scratch\n# ${source}${breaks ? '\nBREAKS' : ''}\n`
  return tarball(services.map((one) => ({ name: `${top}/${one.name}/Dockerfile`, body: dockerfile(one) })))
}

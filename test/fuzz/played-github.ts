import { writeFile } from 'node:fs/promises'
import type { Commit, GitHub, Pull } from '../../functions/build/github.ts'
import { tarball } from '../build/tar-bytes.ts'
import type { Named } from './story.ts'

export type Merged = { sha: string; seconds: number; number: number; squash: boolean; services: Named[] }
export type PlayedRepository = { id: number; fullName: string; merges: Merged[] }

/** GitHub in memory: repositories whose `develop` is a line of merges. `gate` lets a question pass, or not. */
export function playedGithub(repositories: PlayedRepository[], gate: () => Promise<void>): GitHub {
  const find = (fullName: string) => repositories.find((one) => one.fullName === fullName)
  const at = (fullName: string, ref: string) => {
    const merges = find(fullName)?.merges ?? []
    return ref === 'develop' ? merges.length - 1 : merges.findIndex(({ sha }) => sha === ref)
  }
  const one = <T>(fullName: string, ref: string, map: (merge: Merged) => T): T | undefined => {
    const merge = find(fullName)?.merges[at(fullName, ref)]
    return merge && map(merge)
  }
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
    commit: (name, ref) => gated(() => one(name, ref, asCommit)),
    compare: (name, base, head) =>
      gated(() => {
        const ahead = at(name, head) - at(name, base)
        const status = ahead === 0 ? 'identical' : ahead > 0 ? 'ahead' : 'behind'
        return { status, ahead_by: Math.max(ahead, 0), behind_by: Math.max(-ahead, 0) } as const
      }),
    closedPulls: (name, _branch, page) => gated(() => (page === 1 ? pulls(name) : [])),
    commits: (name, _branch, _since, page) =>
      gated(() => (page === 1 ? (find(name)?.merges ?? []).map(asCommit).reverse() : [])),
    images: (name, sha) => gated(() => one(name, sha, ({ services }) => imagesOf(services))),
    async tarball(name, sha, file) {
      const bytes = await gated(() => one(name, sha, (merge) => sourceOf(merge)))
      await writeFile(file, bytes ?? '')
    },
    archive: () => Promise.reject(new Error('nobody here has submodules')),
    gitlink: () => Promise.reject(new Error('nobody here has submodules')),
  }
}

function asPull({ sha, seconds, number }: Merged, id: number): Pull {
  const date = new Date(seconds * 1000).toISOString()
  const base = { ref: 'develop', repo: { id } }
  return { number, merged_at: date, merge_commit_sha: sha, updated_at: date, base }
}

function asCommit({ sha, seconds, squash }: Merged): Commit {
  const date = new Date(seconds * 1000).toISOString()
  return { sha, parents: squash ? [{}] : [{}, {}], commit: { message: 'merge', committer: { date } } }
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

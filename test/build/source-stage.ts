import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import { contextStream } from '../../functions/build/context-stream.ts'
import { openGitHub } from '../../functions/build/github.ts'
import { openLfs } from '../../functions/build/lfs.ts'
import { fetchContents } from '../../functions/build/lfs-contents.ts'
import { sourceDigest } from '../../functions/build/source-digest.ts'
import { type Sources, sourcesAtGitHub } from '../../functions/build/sources.ts'
import { readSource } from '../../functions/build/submodules.ts'
import { contextOf, type Entry } from '../../functions/shared/images.ts'
import { allowed } from '../../functions/shared/repositories.ts'
import type { Files, LocalGitHub, LocalGitHubOptions } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { accessTo, holding, TOKEN, transport } from './asking-github.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }

/** What build would send to the engine for a service, by path, and its source digest. */
export type Sent = { files: Record<string, string>; digest: string }

type Stage = {
  hub: LocalGitHub
  /** Commits to acme/shop, or to another repository, which is made if it is not there. */
  push: (files: Files, repository?: string) => Promise<string>
  send: (sha: string, entry?: Partial<Entry>) => Promise<Sent>
  sources: Sources
  folder: string
}

/** acme/shop at a local GitHub, and build's way from a commit to the context of a service. */
export function withSources(
  work: (stage: Stage) => Promise<void>,
  { repositories = '', ...options }: Partial<LocalGitHubOptions> & { repositories?: string } = {},
): () => Promise<void> {
  return withHub(options, async (hub, folder) => {
    const github = openGitHub(transport(hub.url, TOKEN))
    const list = repositories === '' ? [] : [repositories]
    const lfs = openLfs({ githubUrl: hub.url, githubApiUrl: hub.url }, accessTo(hub.url, holding(TOKEN)))
    const sources = sourcesAtGitHub(hub.url, (name) => allowed(list, name), github, lfs)
    await work({
      hub,
      sources,
      folder,
      push: async (files, repository = 'acme/shop') => {
        if (!hub.exists(repository)) await hub.create(repository)
        return (await hub.push(repository, { files, deliver: false })).sha
      },
      send: async (sha, entry = {}) => {
        const commit = { repository: 'acme/shop', sha }
        const tarball = join(folder, 'source.tar.gz')
        await github.tarball(commit.repository, sha, tarball)
        const all = { ...WEB, ...entry }
        const tree = await readSource(sources, commit, tarball, [contextOf(all)], decidingFiles(all))
        const context = contextFor(all, tree)
        await fetchContents(sources, commit.repository, context.contents, folder)
        const stream = contextStream(tarball, sha, context, 0, new AbortController().signal)
        return { files: await unpacked(await buffer(stream)), digest: sourceDigest(context, all) }
      },
    })
  })
}

async function unpacked(bytes: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const untar = extract()
  untar.end(bytes)
  for await (const entry of untar) {
    const text = (await buffer(entry as unknown as Readable)).toString()
    if (entry.header.type !== 'directory') files[entry.header.name] = entry.header.linkname || text
  }
  return files
}

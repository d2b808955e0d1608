import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import { openGitHub } from '../../functions/build/github.ts'
import { openLfs } from '../../functions/build/lfs.ts'
import { fetchContents } from '../../functions/build/lfs-contents.ts'
import { offerOf } from '../../functions/build/offer.ts'
import { sourceDigest } from '../../functions/build/source-digest.ts'
import { type Sources, sourcesAtGitHub } from '../../functions/build/sources.ts'
import { readSource } from '../../functions/build/submodules.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import { contextOf, type Entry } from '../../functions/shared/images.ts'
import { allowed } from '../../functions/shared/repositories.ts'
import type { Files, LocalGitHub, LocalGitHubOptions } from '../../local/github/server.ts'
import { withHub } from '../local/github/hub.ts'
import { accessTo, holding, TOKEN, transport } from './asking-github.ts'
import { allOf, isFolder } from './empty-engine.ts'

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
        const own = mkdtempSync(join(folder, 'sent-'))
        const from = { archive: () => github.tarball(commit.repository, sha), folder: own }
        const all = { ...WEB, ...entry }
        const tree = await readSource(sources, commit, from, [contextOf(all)], decidingFiles(all), true)
        const context = contextFor(all, tree)
        await fetchContents(sources, commit.repository, context.contents, own)
        const seen = await allOf(offerOf(openToldTimes(), 'web', context, 0))
        const files = seen.filter((entry) => !isFolder(entry))
        return {
          files: Object.fromEntries(files.map(({ path, link, bytes }) => [path, link || bytes.toString()])),
          digest: sourceDigest(context, all),
        }
      },
    })
  })
}

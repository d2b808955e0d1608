import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Where distribution keeps things below its rootdirectory: https://distribution.github.io/distribution/about/storage-layout */
const REPOSITORIES = 'docker/registry/v2/repositories'
const BLOBS = 'docker/registry/v2/blobs'

/** When somebody last wrote into any repository, in ms since 1970: blobs, manifests, tags, or a part of an upload. */
export function lastWrite(data: string): number {
  const times = [...repositoriesIn(join(data, REPOSITORIES))].flatMap((repository) => [
    ...['_layers/sha256', '_manifests/revisions/sha256', '_manifests/tags', '_uploads'].map((part) =>
      writtenAt(join(repository, part)),
    ),
    ...namesIn(join(repository, '_uploads')).map((upload) =>
      writtenAt(join(repository, '_uploads', upload, 'data')),
    ),
  ])
  return times.reduce((last, time) => Math.max(last, time), 0)
}

/** Whether any tag is an index of several manifests, which have no tags of their own. */
export function hasIndex(data: string): boolean {
  for (const repository of repositoriesIn(join(data, REPOSITORIES)))
    for (const tag of namesIn(join(repository, '_manifests/tags')))
      if (isIndex(data, join(repository, '_manifests/tags', tag, 'current/link'))) return true
  return false
}

function isIndex(data: string, link: string): boolean {
  try {
    const digest = readFileSync(link, 'utf8').slice('sha256:'.length)
    const blob = join(data, BLOBS, 'sha256', digest.slice(0, 2), digest, 'data')
    return Array.isArray((JSON.parse(readFileSync(blob, 'utf8')) as { manifests?: unknown }).manifests)
  } catch {
    // What cannot be read is for the collection itself to judge, and it stops at it.
    return false
  }
}

/** The folders of all repositories: what begins with `_` is a part of one, everything else a part of a name. */
function* repositoriesIn(folder: string): Generator<string> {
  const parts = entriesIn(folder).filter((entry) => entry.isDirectory())
  if (parts.some(({ name }) => name.startsWith('_'))) yield folder
  for (const { name } of parts) if (!name.startsWith('_')) yield* repositoriesIn(join(folder, name))
}

function namesIn(folder: string): string[] {
  return entriesIn(folder).map(({ name }) => name)
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

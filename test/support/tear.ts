import { readFileSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

/** What registry 2.8 writes in place, and keeps with 0 bytes when it is killed in that moment. */
export type Part = 'tag' | 'revision' | 'manifest'

export const PARTS: Part[] = ['tag', 'revision', 'manifest']

/** Leaves one file of a tag as that registry leaves it; `folder` is where the registry keeps its data. */
export function tear(folder: string, repository: string, tag: string, part: Part): void {
  truncateSync(filesOf(folder, repository, tag)[part])
}

/** Leaves a tag as that registry leaves it when it is killed in the middle of a DELETE: without its manifest. */
export function halfDelete(folder: string, repository: string, tag: string): void {
  rmSync(filesOf(folder, repository, tag).revision)
}

function filesOf(folder: string, repository: string, tag: string): Record<Part, string> {
  const root = join(folder, 'docker/registry/v2')
  const manifests = join(root, 'repositories', repository, '_manifests')
  const link = join(manifests, 'tags', tag, 'current/link')
  const hex = readFileSync(link, 'utf8').replace('sha256:', '')
  return {
    tag: link,
    revision: join(manifests, 'revisions/sha256', hex, 'link'),
    manifest: join(root, 'blobs/sha256', hex.slice(0, 2), hex, 'data'),
  }
}

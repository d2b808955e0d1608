import { Failure } from '../shared/failure.ts'
import { contextOf, dockerfileOf, type Entry } from '../shared/images.ts'
import { leftOut } from './left-out.ts'
import type { Pointer } from './lfs-pointer.ts'
import { inside, type SourceTree, type TreeFile } from './source-tree.ts'
import * as refusals from './words/refusals.ts'

/** What of a repository is sent to the engine for one service; paths are relative to the context. */
export type Context = {
  folder: string
  dockerfile: string
  dockerfileBytes: Buffer
  dockerfileBlob: string
  files: Map<string, TreeFile>
  contents: Content[]
}

/** A file that lies in Git LFS: of which path, and for which submodule's repository; undefined: for the commit's own. */
export type Content = Pointer & { path: string; repository: string | undefined }

/** The files of a repository whose bytes decide what a service's context is. */
export function decidingFiles(entry: Entry): string[] {
  const names = [dockerfileOf(entry), `${dockerfileOf(entry)}.dockerignore`, '.dockerignore']
  return names.map((name) => join(contextOf(entry), name))
}

/**
 * The context of a service as `docker build` would send it: everything below the folder but what .dockerignore
 * leaves out (`<Dockerfile>.dockerignore` goes before it). The engine does not apply it itself (docs/decisions/0003).
 */
export function contextFor(entry: Entry, tree: SourceTree): Context {
  const folder = contextOf(entry)
  const dockerfile = dockerfileOf(entry)
  const [dockerfilePath = '', ownIgnore = '', sharedIgnore = ''] = decidingFiles(entry)
  const inContext = [...tree.files].filter(([path]) => inside(path, folder))
  if (inContext.length === 0)
    throw new Failure('source_refused', refusals.noFolder(entry.service_name, folder || '/'))
  const unread = decidingFiles(entry).find((path) => tree.files.get(path)?.lfs)
  if (unread !== undefined) throw new Failure('source_refused', refusals.decidesFromLfs(unread))
  const dockerfileBytes = tree.texts.get(dockerfilePath)
  const dockerfileBlob = tree.files.get(dockerfilePath)?.blob
  if (dockerfileBytes === undefined || dockerfileBlob === undefined)
    throw new Failure('source_refused', refusals.noDockerfile(entry.service_name, dockerfilePath))
  const rules = tree.texts.get(ownIgnore) ?? tree.texts.get(sharedIgnore)
  const left = leftOut(rules?.toString('utf8') ?? '')
  const files = new Map<string, TreeFile>()
  const contents: Content[] = []
  for (const [path, file] of inContext) {
    const relative = path.slice(folder === '' ? 0 : folder.length + 1)
    if (left(relative)) continue
    if (file.mode === '120000' && leaves(path, file.target))
      throw new Failure('source_refused', refusals.linkOutside(path, file.target))
    files.set(relative, file)
    const home = file.lfs && tree.submodules.findLast(({ at }) => inside(path, at))
    if (file.lfs) contents.push({ ...file.lfs, path, repository: home?.repository })
  }
  return { folder, dockerfile, dockerfileBytes, dockerfileBlob, files, contents }
}

/** Whether a symbolic link at `path` points out of the repository. */
function leaves(path: string, target: string): boolean {
  if (target.startsWith('/')) return true
  let depth = path.split('/').length - 1
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

import { posix } from 'node:path'
import type { RepositoryCall } from './call.ts'
import { readObject } from './cat-file.ts'
import { json, notFound, Refusal, type Reply } from './reply.ts'
import { defaultBranch, type Repository } from './repository.ts'
import { isEmpty, resolve } from './revision.ts'
import { entriesIn, readTree, type TreeEntry } from './tree.ts'

// https://docs.github.com/rest/repos/contents#get-repository-content: above the first only the raw form has the
// content, above the second nothing has.
const JSON_CONTENT_MAX = 1024 * 1024
export const CONTENT_MAX = 100 * 1024 * 1024
const BASE64_LINE = 60

/** `GET contents/{path}?ref=`: a file as JSON or raw, a folder as a list; a link to a file gives the file. */
export async function showContents(call: RepositoryCall): Promise<Reply> {
  const { repository, url } = call
  const path = (call.parameters[0] ?? '').replace(/\/$/, '')
  const ref = url.searchParams.get('ref') ?? defaultBranch(repository)
  const commit = await resolve(repository.directory, ref)
  if (commit === undefined) throw await noCommit(repository, ref)
  if (path === '') return listFolder(call, commit, ref, '')
  const entry = await entryAt(repository.directory, commit, path)
  if (entry === undefined) throw notFound()
  if (entry.type === 'tree') return listFolder(call, commit, ref, `${path}/`)
  const target = await linkedFile(repository.directory, commit, entry)
  return showEntry(call, ref, { ...(target ?? entry), path })
}

async function noCommit(repository: Repository, ref: string): Promise<Refusal> {
  const empty = await isEmpty(repository.directory)
  return notFound(empty ? 'This repository is empty.' : `No commit found for the ref ${ref}`)
}

async function listFolder(call: RepositoryCall, commit: string, ref: string, path: string): Promise<Reply> {
  const entries = await readTree(call.repository.directory, commit, path === '' ? {} : { path })
  // A submodule is a "file" in a list, for backwards compatibility.
  return json(
    entries.map((entry) => describe(call, ref, entry, entry.type === 'commit' ? 'file' : undefined)),
  )
}

async function showEntry(call: RepositoryCall, ref: string, entry: TreeEntry): Promise<Reply> {
  const content = entry.type === 'blob' ? await blob(call.repository.directory, entry.sha) : Buffer.alloc(0)
  if (content.length > CONTENT_MAX) throw tooLarge()
  if (wantsRaw(call) && entry.type === 'blob') return rawReply(content)
  const described = describe(call, ref, { ...entry, size: content.length })
  if (described.type === 'symlink') return json({ ...described, target: content.toString() })
  if (described.type === 'submodule') return json({ ...described, submodule_git_url: null })
  if (content.length > JSON_CONTENT_MAX) return json({ ...described, content: '', encoding: 'none' })
  return json({ ...described, content: base64Lines(content), encoding: 'base64' })
}

/** Whether the bytes themselves are asked for, and not JSON about them. */
export function wantsRaw({ headers }: RepositoryCall): boolean {
  return /application\/vnd\.github\.(v3\.)?raw/.test(String(headers.accept))
}

export function rawReply(body: Buffer): Reply {
  return { status: 200, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' }, body }
}

export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(new RegExp(`.{1,${BASE64_LINE}}`, 'g'), '$&\n')
}

function describe(call: RepositoryCall, ref: string, entry: TreeEntry, listedAs?: string) {
  const { site, repository } = call
  const base = `${site.api}/repos/${repository.fullName}`
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const url = `${base}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const gitUrl = `${base}/git/${entry.type}s/${entry.sha}`
  const html = `${site.api}/${repository.fullName}/${entry.type}/${ref}/${path}`
  return {
    name: posix.basename(entry.path),
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: null,
    type: listedAs ?? kindOf(entry),
    _links: { self: url, git: gitUrl, html },
  }
}

function kindOf(entry: TreeEntry): string {
  if (entry.type === 'tree') return 'dir'
  if (entry.type === 'commit') return 'submodule'
  return entry.mode === '120000' ? 'symlink' : 'file'
}

// A line end would begin the next question; the dots are refused as git's own trees never hold them.
async function entryAt(directory: string, commit: string, path: string): Promise<TreeEntry | undefined> {
  const { dir, base } = posix.parse(path)
  const odd = path.split('/').some((part) => part === '' || part === '.' || part === '..')
  const folder = odd || path.includes('\n') ? undefined : await readObject(directory, `${commit}:${dir}`)
  if (folder?.type !== 'tree') return undefined
  const entry = entriesIn(folder.bytes).find((one) => one.path === base)
  return entry && { ...entry, path }
}

async function linkedFile(
  directory: string,
  commit: string,
  entry: TreeEntry,
): Promise<TreeEntry | undefined> {
  if (kindOf(entry) !== 'symlink') return undefined
  const target = (await blob(directory, entry.sha)).toString()
  const found = await entryAt(directory, commit, posix.join(posix.dirname(entry.path), target))
  return found !== undefined && kindOf(found) === 'file' && !posix.isAbsolute(target) ? found : undefined
}

async function blob(directory: string, sha: string): Promise<Buffer> {
  return (await readObject(directory, sha))?.bytes ?? Buffer.alloc(0)
}

/** What is larger than CONTENT_MAX. */
export function tooLarge(): Refusal {
  const errors = [{ resource: 'Blob', field: 'data', code: 'too_large' }]
  const message =
    'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.'
  return new Refusal(403, message, { errors })
}

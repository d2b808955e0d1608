import { randomBytes } from 'node:crypto'
import type { RepositoryCall } from './call.ts'
import { gitStream } from './git.ts'
import { json, type Reply, text } from './reply.ts'
import { defaultBranch, findRepository } from './repository.ts'
import { resolve } from './revision.ts'
import type { Site } from './site.ts'

// https://docs.github.com/rest/repos/contents#download-a-repository-archive-tar
const LINK_LIFE_MS = 5 * 60 * 1000

/** The keys of download links for private repositories, each for one path. */
export type DownloadLinks = { issue: (path: string) => string; opens: (path: string, key: string) => boolean }

/** Download keys that live for five minutes by the given clock. */
export function createDownloadLinks(now: () => Date): DownloadLinks {
  const links = new Map<string, { path: string; expires: number }>()
  return {
    issue: (path) => {
      const key = randomBytes(20).toString('base64url')
      links.set(key, { path, expires: now().getTime() + LINK_LIFE_MS })
      return key
    },
    opens: (path, key) => {
      const link = links.get(key)
      return link !== undefined && link.path === path && now().getTime() < link.expires
    },
  }
}

/**
 * `GET tarball/{ref}`: a redirect to the download host, with a key where the repository is private. Like GitHub it
 * redirects for any ref; the other host says whether there is one.
 */
export async function redirectToTarball(call: RepositoryCall): Promise<Reply> {
  const { repository, site } = call
  const name = call.parameters[0] ?? defaultBranch(repository)
  const ref = name.split('/').map(encodeURIComponent).join('/')
  const path = `/${repository.fullName}/legacy.tar.gz/${ref}`
  const key = repository.ledger.private ? `?token=${site.downloads.issue(path)}` : ''
  return { ...json({}, 302, { location: `${site.codeload}${path}${key}` }), body: Buffer.alloc(0) }
}

/**
 * What the download host answers: the archive, or 404 in plain text. An Authorization header is 400: the token is
 * for the API alone, and a client that takes it along over the redirect has leaked it.
 */
export async function download(
  site: Site,
  url: URL,
  headers: Record<string, string | string[] | undefined>,
): Promise<Reply> {
  if (headers.authorization !== undefined) return text('400: an Authorization header has no place here', 400)
  const match = url.pathname.match(/^\/([^/]+\/[^/]+)\/legacy\.tar\.gz\/(.+)$/)
  const repository = match ? findRepository(site.folder, match[1] as string) : undefined
  const missing = text('404: Not Found', 404)
  if (match === null || repository === undefined) return missing
  const key = url.searchParams.get('token') ?? ''
  if (repository.ledger.private && !site.downloads.opens(url.pathname, key)) return missing
  const sha = await resolve(repository.directory, decodeURIComponent(match[2] as string))
  if (sha === undefined) return missing
  const name = `${repository.owner}-${repository.name}-${sha.slice(0, 7)}`
  const type = 'application/x-gzip'
  return {
    status: 200,
    headers: { 'content-type': type, 'content-disposition': `attachment; filename=${name}.tar.gz` },
    // It stays on this machine: to make it smaller takes longer than to read it as it is.
    body: gitStream(repository.directory, ['archive', '--format=tar.gz', '-1', `--prefix=${name}/`, sha]),
  }
}

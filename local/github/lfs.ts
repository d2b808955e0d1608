import { createReadStream, existsSync, statSync } from 'node:fs'
import type { Call } from './call.ts'
import { instant } from './instant.ts'
import { objectFile } from './lfs-store.ts'
import { json, notFound, Refusal, type Reply, text } from './reply.ts'
import { findRepository } from './repository.ts'
import { maySee } from './rights.ts'
import type { Site } from './site.ts'

// https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
const TYPE = 'application/vnd.git-lfs+json'
const BATCH = /^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/
const OBJECT = /^\/alambic\/media\/([^/]+\/[^/]+)\/([0-9a-f]{64})$/
const OBJECTS_MAX = 100
const LINK_LIFE_S = 3600

/** Whether a request is git-lfs's, beside the API, where the repositories are. */
export function isLfsBatch(url: URL): boolean {
  return BATCH.test(url.pathname)
}

/** Where contents can be downloaded: at another host, by an address that opens itself. */
export async function lfsBatch({ site, url, headers, body, rights }: Call): Promise<Reply> {
  if (headers.accept !== TYPE) throw new Refusal(406, 'Not Acceptable')
  const repository = findRepository(site.folder, BATCH.exec(url.pathname)?.[1] ?? '')
  if (repository === undefined || !maySee({ rights }, repository)) throw notFound()
  const asked = parse(body)
  if (asked === undefined) throw new Refusal(422, 'Unprocessable Entity')
  if (asked.length > OBJECTS_MAX) throw new Refusal(413, 'Too many objects')
  const objects = asked.map(({ oid, size }) => {
    const file = objectFile(repository.directory, oid)
    if (!existsSync(file) || statSync(file).size !== size)
      return { oid, size, error: { code: 404, message: 'Object does not exist on the server' } }
    const path = `/alambic/media/${repository.fullName}/${oid}`
    const href = `${site.codeload}${path}?token=${site.downloads.issue(path)}`
    const expires_at = instant(new Date(site.now().getTime() + LINK_LIFE_S * 1000))
    return { oid, size, actions: { download: { href, expires_at, expires_in: LINK_LIFE_S } } }
  })
  return json({ objects }, 200, { 'content-type': `${TYPE}; charset=utf-8` })
}

/** Whether an address of the download host is a content of Git LFS. */
export function isObject(url: URL): boolean {
  return OBJECT.test(url.pathname)
}

/** A content. As on S3, an Authorization header beside the key in the address is an error. */
export async function object(site: Site, url: URL, headers: Call['headers']): Promise<Reply> {
  const only = 'Only one auth mechanism allowed'
  if (headers.authorization !== undefined) return text(only, 400)
  const [, fullName = '', oid = ''] = OBJECT.exec(url.pathname) ?? []
  const repository = findRepository(site.folder, fullName)
  const open = site.downloads.opens(url.pathname, url.searchParams.get('token') ?? '')
  if (repository === undefined || !open) return text('AccessDenied', 403)
  const body = createReadStream(objectFile(repository.directory, oid))
  return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body }
}

type Asked = { operation?: unknown; objects?: { oid?: unknown; size?: unknown }[] }

/** The objects of a good question for downloads. */
function parse(body: Buffer): { oid: string; size: number }[] | undefined {
  try {
    const { operation, objects = [] } = JSON.parse(body.toString()) as Asked
    const good = objects.every(({ oid, size }) => /^[0-9a-f]{64}$/.test(String(oid)) && Number(size) >= 0)
    return operation === 'download' && good ? (objects as { oid: string; size: number }[]) : undefined
  } catch {
    return undefined
  }
}

import type { RepositoryCall } from './call.ts'
import { readObject } from './cat-file.ts'
import { base64Lines, CONTENT_MAX, rawReply, tooLarge, wantsRaw } from './contents.ts'
import { json, notFound, Refusal, type Reply } from './reply.ts'

/** `GET git/blobs/{sha}`: the bytes of a file by git's id, raw or as JSON (https://docs.github.com/rest/git/blobs). */
export async function showBlob(call: RepositoryCall): Promise<Reply> {
  const { repository, site, parameters } = call
  const [sha = ''] = parameters
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw new Refusal(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].')
  const found = await readObject(repository.directory, sha)
  if (found?.type !== 'blob') throw notFound()
  const { bytes } = found
  if (bytes.length > CONTENT_MAX) throw tooLarge()
  if (wantsRaw(call)) return rawReply(bytes)
  const url = `${site.api}/repos/${repository.fullName}/git/blobs/${sha}`
  return json({ sha, size: bytes.length, url, content: base64Lines(bytes), encoding: 'base64' })
}

import { digestOf } from './digest.ts'
import { Failure } from './failure.ts'
import type { RegistryAnswer, RegistryCall } from './registry-transport.ts'
import { summed } from './summed.ts'
import * as words from './words.ts'

/** What is done with the blobs of a repository. */
export type Blobs = {
  blob(repository: string, digest: string): Promise<Buffer>
  putBlob(repository: string, bytes: Buffer): Promise<string>
  /** putBlob for new bytes: not asked for first. A single POST keeps nothing (202 of registry 2.8 and 3.1). */
  uploadBlob(repository: string, bytes: Buffer): Promise<string>
  /** A blob as it comes, in constant memory. One whose bytes are not those of its digest throws at its end. */
  blobStream(repository: string, digest: string): Promise<AsyncIterable<Buffer>>
  /** Puts a blob of any size as it comes, in constant memory; says what it was. */
  putStream(repository: string, bytes: AsyncIterable<Buffer>): Promise<{ digest: string; size: number }>
  /** Makes a blob of another repository this one's, without moving bytes. */
  mountBlob(repository: string, digest: string, from: string): Promise<void>
}

/** Performs a call; a Failure where the answer has none of the statuses. */
export type Expect = (
  repository: string,
  call: RegistryCall,
  ...statuses: number[]
) => Promise<RegistryAnswer>

const BYTES = 'application/octet-stream'

/** The blobs behind a registry that is reached by `expect`. */
export function openBlobs(expect: Expect): Blobs {
  const post = async (repository: string, query: string, status: number): Promise<string> => {
    const path = `${repository}/blobs/uploads/${query}`
    const call = { method: 'POST', path, headers: { 'content-length': '0' } } as const
    return (await expect(repository, call, status)).headers.location ?? ''
  }
  const end = async (repository: string, digest: string, location: string, body: Buffer) => {
    const url = new URL(pathOf(location), 'https://registry.invalid')
    url.searchParams.set('digest', digest)
    const headers = { 'content-type': BYTES, 'content-length': String(body.length) }
    await expect(repository, { method: 'PUT', path: `${url.pathname}${url.search}`, headers, body }, 201)
  }
  const uploadBlob = async (repository: string, bytes: Buffer): Promise<string> => {
    const digest = digestOf(bytes)
    await end(repository, digest, await post(repository, '', 202), bytes)
    return digest
  }
  return {
    uploadBlob,
    async blob(repository, digest) {
      const { body } = await expect(repository, { method: 'GET', path: `${repository}/blobs/${digest}` }, 200)
      if (digestOf(body) !== digest) throw otherBytes(digest)
      return body
    },
    async putBlob(repository, bytes) {
      const digest = digestOf(bytes)
      const call = { method: 'HEAD', path: `${repository}/blobs/${digest}` } as const
      // 500: its link is torn; an upload writes that anew.
      const { status } = await expect(repository, call, 200, 404, 500)
      return status === 200 ? digest : uploadBlob(repository, bytes)
    },
    async blobStream(repository, digest) {
      const call = { method: 'GET', path: `${repository}/blobs/${digest}`, streams: true } as const
      const { stream } = await expect(repository, call, 200)
      return checked(stream as AsyncIterable<Buffer>, digest)
    },
    async putStream(repository, bytes) {
      const sum = summed(bytes)
      const path = pathOf(await post(repository, '', 202))
      const call = { method: 'PATCH', path, headers: { 'content-type': BYTES }, body: sum.stream } as const
      const { headers } = await expect(repository, call, 202)
      const digest = sum.digest()
      await end(repository, digest, headers.location ?? '', Buffer.alloc(0))
      return { digest, size: sum.size() }
    },
    async mountBlob(repository, digest, from) {
      await post(repository, `?mount=${digest}&from=${from}`, 201)
    },
  }
}

async function* checked(stream: AsyncIterable<Buffer>, digest: string): AsyncGenerator<Buffer> {
  const sum = summed(stream)
  yield* sum.stream
  if (sum.digest() !== digest) throw otherBytes(digest)
}

/** Of an address that the registry gives, which may be one that we do not reach it by, and not ours to authorize at. */
export function pathOf(address: string): string {
  const { pathname, search } = new URL(address, 'https://registry.invalid')
  return `${pathname}${search}`
}

/** The registry gave other bytes than it was asked for. */
export function otherBytes(digest: string): Failure {
  return new Failure('registry_error', words.otherBytes(digest))
}

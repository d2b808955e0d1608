import { setTimeout as sleep } from 'node:timers/promises'
import { type Blobs, openBlobs, otherBytes, pathOf } from './blobs.ts'
import { digestOf } from './digest.ts'
import { Failure } from './failure.ts'
import { said } from './registry-said.ts'
import type { RegistryAnswer, RegistryCall } from './registry-transport.ts'
import * as words from './words.ts'

/** A manifest as the registry holds it: the exact bytes, since its digest is over them. */
export type Manifest = { digest: string; mediaType: string; bytes: Buffer }

/** The manifest kinds that exist; without all four, registry 2.8 converts or hides some (docs/decisions/0004). */
const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')

/** A tag that is read in the moment in which it is rewritten is a 500 from registry 2.8 (seen by the journeys). */
const READ_AGAIN = 3

/** The verbs of the OCI distribution specification that artefacto uses. https://github.com/opencontainers/distribution-spec */
export type Registry = Blobs & {
  /** The digest behind a tag or digest; undefined when there is none. */
  head(repository: string, reference: string): Promise<string | undefined>
  manifest(repository: string, reference: string): Promise<Manifest | undefined>
  putManifest(repository: string, reference: string, mediaType: string, bytes: Buffer): Promise<string>
  /** Deletes a manifest and with it every tag of its repository that points to it. One that is not there is fine. */
  deleteManifest(repository: string, digest: string): Promise<void>
  /** All tags, sorted; none for an unknown repository. */
  tags(repository: string): Promise<string[]>
  /** All repositories whose name begins with `prefix`. */
  repositories(prefix: string): Promise<string[]>
  /**
   * Whether garbage collection leaves an index its images: that of distribution 2 takes them
   * (https://github.com/distribution/distribution/issues/3178). No header tells the versions apart, but 2 lists tags
   * whatever `n` says, and 3 refuses one below 0.
   */
  keepsIndexes(): Promise<boolean>
  /** Whether it answers and takes the password; a Failure where it does not. */
  ping(): Promise<void>
}

/** A registry behind `perform`, which adds address, TLS and password. */
export function openRegistry(
  perform: (repository: string, call: RegistryCall) => Promise<RegistryAnswer>,
): Registry {
  async function expect(
    repository: string,
    call: RegistryCall,
    ...statuses: number[]
  ): Promise<RegistryAnswer> {
    const reads = call.method === 'GET' || call.method === 'HEAD'
    let answer = await perform(repository, call)
    for (let again = 1; reads && answer.status >= 500 && again <= READ_AGAIN; again += 1) {
      await sleep(50 * again)
      answer = await perform(repository, call)
    }
    if (statuses.includes(answer.status)) return answer
    const torn = reads && answer.status === 500 && call.path.includes('/manifests/')
    throw new Failure(
      torn ? 'registry_torn' : 'registry_error',
      words.registryAnswered(answer.status, call.method, repository, said(answer)),
    )
  }
  const all = async (repository: string, path: string, key: 'tags' | 'repositories'): Promise<string[]> => {
    const found: string[] = []
    let next: string | undefined = path
    while (next !== undefined) {
      const answer: RegistryAnswer = await expect(repository, { method: 'GET', path: next }, 200, 404)
      if (answer.status === 404) break
      found.push(...((JSON.parse(answer.body.toString())[key] as string[] | null) ?? []))
      const link = /<([^>]+)>;\s*rel="?next/.exec(answer.headers.link ?? '')?.[1]
      next = link && pathOf(link)
    }
    return [...new Set(found)].sort()
  }
  return {
    ...openBlobs(expect),
    async head(repository, reference) {
      const call = {
        method: 'HEAD',
        path: `${repository}/manifests/${reference}`,
        headers: { accept: ACCEPT },
      } as const
      const answer = await expect(repository, call, 200, 404)
      if (answer.status === 404) return undefined
      const digest = answer.headers['docker-content-digest']
      if (digest === undefined) throw new Failure('registry_error', words.digestUntold(repository))
      return digest
    },
    async manifest(repository, reference) {
      const call = {
        method: 'GET',
        path: `${repository}/manifests/${reference}`,
        headers: { accept: ACCEPT },
      } as const
      const answer = await expect(repository, call, 200, 404)
      if (answer.status === 404) return undefined
      const digest = digestOf(answer.body)
      if (reference.startsWith('sha256:') && reference !== digest) throw otherBytes(reference)
      return { digest, mediaType: answer.headers['content-type'] ?? '', bytes: answer.body }
    },
    async putManifest(repository, reference, mediaType, body) {
      const headers = { 'content-type': mediaType, 'content-length': String(body.length) }
      await expect(
        repository,
        { method: 'PUT', path: `${repository}/manifests/${reference}`, headers, body },
        201,
      )
      return digestOf(body)
    },
    async deleteManifest(repository, digest) {
      await expect(repository, { method: 'DELETE', path: `${repository}/manifests/${digest}` }, 202, 404)
    },
    tags: (repository) => all(repository, `${repository}/tags/list?n=1000`, 'tags'),
    async repositories(prefix) {
      const names = await all('catalog', '_catalog?n=1000', 'repositories')
      return names.filter((name) => name.startsWith(prefix))
    },
    async keepsIndexes() {
      const { body } = await expect('catalog', { method: 'GET', path: '_catalog?n=1' }, 200)
      // 3.0 looks first whether the repository is there.
      const [name = 'none'] =
        (JSON.parse(body.toString()) as { repositories: string[] | null }).repositories ?? []
      const call = { method: 'GET', path: `${name}/tags/list?n=-1` } as const
      return (await expect(name, call, 200, 400, 404)).status === 400
    },
    async ping() {
      await expect('catalog', { method: 'GET', path: '' }, 200)
    },
  }
}

/** `read`, or `instead` where the registry has what it cannot read. */
export async function unlessTorn<T>(read: Promise<T>, instead: () => T | Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (error instanceof Failure && error.code === 'registry_torn') return instead()
    throw error
  }
}

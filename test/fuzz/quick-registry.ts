import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { digestOf } from '../../functions/shared/digest.ts'
import type { RegistryAnswer, RegistryCall } from '../../functions/shared/registry-transport.ts'

type Whole = Omit<RegistryCall, 'body'> & { body?: Buffer }

type Repository = {
  blobs: Map<string, Buffer>
  manifests: Map<string, { type: string; bytes: Buffer }>
  tags: Map<string, string>
}

/** An OCI registry without HTTP, for tests that call it a hundred thousand times. */
export type QuickRegistry = {
  perform(repository: string, call: RegistryCall): Promise<RegistryAnswer>
  repositories: Map<string, Repository>
  /** Every digest that a tag ever had, by `repository:tag`. */
  history: Map<string, Set<string>>
}

export function quickRegistry(): QuickRegistry {
  const repositories: QuickRegistry['repositories'] = new Map()
  const begun: Buffer[] = []
  const history: QuickRegistry['history'] = new Map()

  function open(name: string): Repository {
    const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() }
    repositories.set(name, found)
    return found
  }

  function manifests(name: string, reference: string, { method, headers, body }: Whole): RegistryAnswer {
    if (method === 'PUT' && body) {
      const digest = digestOf(body)
      open(name).manifests.set(digest, { type: headers?.['content-type'] ?? '', bytes: body })
      open(name).tags.set(reference, digest)
      const tag = `${name}:${reference}`
      history.set(tag, (history.get(tag) ?? new Set()).add(digest))
      return answer(201)
    }
    const repository = repositories.get(name)
    const digest = repository?.tags.get(reference) ?? reference
    const manifest = repository?.manifests.get(digest)
    if (!repository || !manifest) return answer(404)
    if (method !== 'DELETE')
      return answer(200, { 'docker-content-digest': digest, 'content-type': manifest.type }, manifest.bytes)
    repository.manifests.delete(digest)
    for (const [tag, target] of [...repository.tags]) if (target === digest) repository.tags.delete(tag)
    return answer(202)
  }

  function blobs(name: string, url: URL, { method, body }: Whole): RegistryAnswer {
    const { searchParams } = url
    if (method === 'POST') {
      const mounted = searchParams.get('mount') ?? ''
      const blob = repositories.get(searchParams.get('from') ?? '')?.blobs.get(mounted)
      if (blob) open(name).blobs.set(mounted, blob)
      return blob ? answer(201) : answer(202, { location: `/v2/${name}/blobs/uploads/x` })
    }
    if (method === 'PATCH' && body) {
      begun.push(body)
      return answer(202, { location: `/v2/${name}/blobs/uploads/${begun.length - 1}` })
    }
    if (method === 'PUT' && body) {
      const bytes = Buffer.concat([begun[Number(url.pathname.split('/').at(-1))] ?? Buffer.alloc(0), body])
      open(name).blobs.set(digestOf(bytes), bytes)
      return answer(201)
    }
    const blob = repositories.get(name)?.blobs.get(url.pathname.slice(url.pathname.lastIndexOf('/') + 1))
    return blob ? answer(200, {}, blob) : answer(404)
  }

  return {
    repositories,
    history,
    async perform(_repository, call) {
      const url = new URL(call.path, 'http://quick.invalid/v2/')
      if (url.pathname === '/v2/_catalog') return listed('repositories', repositories.keys())
      const [, name = '', kind, rest = ''] =
        /^\/v2\/(.+?)\/(manifests|blobs|tags)\/(.*)$/.exec(url.pathname) ?? []
      const { body: sent, ...said } = call
      const whole: Whole = {
        ...said,
        ...(sent && { body: Buffer.isBuffer(sent) ? sent : await buffer(sent) }),
      }
      if (kind === 'manifests') return manifests(name, rest, whole)
      if (kind === 'blobs') {
        const found = blobs(name, url, whole)
        return call.streams ? { ...found, stream: Readable.from([found.body]) } : found
      }
      return listed('tags', repositories.get(name)?.tags.keys() ?? [])
    },
  }
}

function listed(key: string, names: Iterable<string>): RegistryAnswer {
  return answer(200, {}, Buffer.from(JSON.stringify({ [key]: [...names].sort() })))
}

function answer(
  status: number,
  headers: Record<string, string> = {},
  body: Buffer = Buffer.alloc(0),
): RegistryAnswer {
  return { status, headers, body }
}

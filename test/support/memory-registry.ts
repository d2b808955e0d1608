import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type Repository = {
  blobs: Map<string, Buffer>
  manifests: Map<string, { type: string; bytes: Buffer }>
  tags: Map<string, string>
}
type Options = { user?: string; password?: string }
type Answer = { status: number; headers: Record<string, string>; body: Buffer }
type Call = { repository: string; rest: string; url: URL; request: IncomingMessage; body: Buffer }

/** An answer that is sent in place of the registry's own: a status, or nothing at all (`hang`). */
export type Fault = (method: string, path: string) => number | 'hang' | undefined

export type MemoryRegistry = {
  url: string
  /** `METHOD path` of every call with the right password, oldest first. */
  calls: string[]
  repositories: Map<string, Repository>
  fail(fault: Fault | undefined): void
  close(): Promise<void>
}

/** An OCI registry in memory, over plain HTTP on 127.0.0.1: what shared/registry.ts uses of the distribution API. */
export async function startMemoryRegistry({ user, password }: Options = {}): Promise<MemoryRegistry> {
  const repositories: MemoryRegistry['repositories'] = new Map()
  const calls: string[] = []
  const basic = user && `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  let fault: Fault | undefined
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const broken = fault?.(method, path)
    if (broken === 'hang') return
    const stranger = basic !== undefined && request.headers.authorization !== basic
    if (!stranger) calls.push(`${method} ${path}`)
    const { status, headers, body } =
      broken !== undefined
        ? refuse(broken, 'UNKNOWN')
        : stranger
          ? refuse(401, 'UNAUTHORIZED', { 'WWW-Authenticate': 'Basic realm="registry"' })
          : serve(repositories, request, Buffer.concat(chunks))
    response.writeHead(status, { 'Content-Length': body.length, ...headers }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    repositories,
    fail: (next) => {
      fault = next
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function serve(repositories: MemoryRegistry['repositories'], request: IncomingMessage, body: Buffer): Answer {
  const url = new URL(request.url ?? '/', 'http://registry.invalid')
  if (url.pathname === '/v2/') return answer(200)
  if (url.pathname === '/v2/_catalog') return list(url, 'repositories', [...repositories.keys()].sort())
  const [, repository, kind, rest = ''] =
    /^\/v2\/(.+?)\/(manifests|blobs|tags)\/(.*)$/.exec(url.pathname) ?? []
  if (repository === undefined || !/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(repository))
    return refuse(404, 'NAME_INVALID')
  const call = { repository, rest, url, request, body }
  if (kind === 'manifests') return manifests(repositories, call)
  if (kind === 'blobs') return blobs(repositories, call)
  // Like distribution 3; 2 takes no notice of it.
  if (Number(url.searchParams.get('n')) < 0) return refuse(400, 'PAGINATION_NUMBER_INVALID')
  const found = repositories.get(repository)
  return found ? list(url, 'tags', [...found.tags.keys()].sort()) : refuse(404, 'NAME_UNKNOWN')
}

function manifests(
  repositories: MemoryRegistry['repositories'],
  { repository, rest, request, body }: Call,
): Answer {
  if (request.method === 'PUT') {
    const store = open(repositories, repository)
    const missing = parts(body).find((digest) => !store.blobs.has(digest) && !store.manifests.has(digest))
    if (missing) return refuse(400, 'MANIFEST_BLOB_UNKNOWN')
    const digest = digestOf(body)
    if (rest.startsWith('sha256:') && rest !== digest) return refuse(400, 'DIGEST_INVALID')
    store.manifests.set(digest, { type: String(request.headers['content-type']), bytes: body })
    if (!rest.startsWith('sha256:')) store.tags.set(rest, digest)
    return answer(201, { 'Docker-Content-Digest': digest })
  }
  const store = repositories.get(repository)
  const digest = rest.startsWith('sha256:') ? rest : (store?.tags.get(rest) ?? '')
  const manifest = store?.manifests.get(digest)
  // Like distribution 2.8: an OCI manifest is not there for whoever does not accept its type.
  if (!store || !manifest || !accepts(request, manifest.type)) return refuse(404, 'MANIFEST_UNKNOWN')
  if (request.method === 'DELETE') {
    if (rest !== digest) return refuse(400, 'DIGEST_INVALID')
    store.manifests.delete(digest)
    for (const [tag, target] of [...store.tags]) if (target === digest) store.tags.delete(tag)
    return answer(202)
  }
  const headers = { 'Docker-Content-Digest': digest, 'Content-Type': manifest.type }
  return answer(200, headers, manifest.bytes)
}

function blobs(
  repositories: MemoryRegistry['repositories'],
  { repository, rest, url, request, body }: Call,
): Answer {
  if (request.method === 'POST') {
    const from = repositories.get(url.searchParams.get('from') ?? '')
    const digest = url.searchParams.get('mount') ?? ''
    const blob = from?.blobs.get(digest)
    if (!blob) return answer(202, { Location: `/v2/${repository}/blobs/uploads/${randomUUID()}?_state=x` })
    open(repositories, repository).blobs.set(digest, blob)
    return answer(201, { 'Docker-Content-Digest': digest })
  }
  if (request.method === 'PUT') {
    const digest = digestOf(body)
    if (url.searchParams.get('digest') !== digest) return refuse(400, 'DIGEST_INVALID')
    open(repositories, repository).blobs.set(digest, body)
    return answer(201, { 'Docker-Content-Digest': digest })
  }
  const blob = repositories.get(repository)?.blobs.get(rest)
  if (!blob) return refuse(404, 'BLOB_UNKNOWN')
  return answer(200, { 'Docker-Content-Digest': rest, 'Content-Type': 'application/octet-stream' }, blob)
}

function open(repositories: MemoryRegistry['repositories'], name: string): Repository {
  const found = repositories.get(name) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() }
  repositories.set(name, found)
  return found
}

/** The digests that a manifest or an index points to. */
function parts(bytes: Buffer): string[] {
  type Pointer = { digest: string }
  const manifest = JSON.parse(bytes.toString()) as {
    config?: Pointer
    layers?: Pointer[]
    manifests?: Pointer[]
  }
  const pointers = [...(manifest.layers ?? []), ...(manifest.manifests ?? [])]
  return [...(manifest.config ? [manifest.config] : []), ...pointers].map(({ digest }) => digest)
}

/** `n` names after `last`, and a Link to the next ones. */
function list(url: URL, key: 'tags' | 'repositories', names: string[]): Answer {
  const n = Number(url.searchParams.get('n') ?? names.length)
  const after = names.filter((name) => name > (url.searchParams.get('last') ?? ''))
  const page = after.slice(0, n)
  const next = `<${url.pathname}?last=${page.at(-1)}&n=${n}>; rel="next"`
  return answer(200, after.length > n ? { Link: next } : {}, Buffer.from(JSON.stringify({ [key]: page })))
}

function accepts(request: IncomingMessage, type: string): boolean {
  return request.method === 'DELETE' || (request.headers.accept ?? '').includes(type)
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function refuse(status: number, code: string, headers: Record<string, string> = {}): Answer {
  return answer(status, headers, Buffer.from(JSON.stringify({ errors: [{ code, message: code }] })))
}

function answer(
  status: number,
  headers: Record<string, string> = {},
  body: Buffer = Buffer.alloc(0),
): Answer {
  return { status, headers, body }
}

import { BUILD_ID } from '../shared/build-record.ts'
import { Failure } from '../shared/failure.ts'
import type { Request } from '../shared/http.ts'
import { SERVICE_NAME } from '../shared/schema/images.ts'

/** What a request is about. A badge without a service is one that cannot exist: it still gets an image. */
export type Route =
  | { kind: 'svg' | 'shields'; service: string | undefined }
  | { kind: 'builds'; service: string }
  | { kind: 'log'; service: string; id: string }
  | { kind: 'hint' }

const NAME = new RegExp(SERVICE_NAME)

/** Reads method and path. Only names that pass here get near the registry. */
export function route({ method, path }: Pick<Request, 'method' | 'path'>): Route {
  if (method === 'POST' && path === '/') return { kind: 'hint' }
  if (method !== 'GET' && method !== 'HEAD') throw new Failure('method', `${method} is not for this path`)
  if (path.endsWith('.svg')) return { kind: 'svg', service: nameOf(path.slice(1, -'.svg'.length)) }
  const [service = '', page = '', file = '', ...rest] = path.slice(1).split('/')
  if (page === '' && service.endsWith('.json'))
    return { kind: 'shields', service: nameOf(service.slice(0, -'.json'.length)) }
  if (nameOf(service) !== undefined && rest.length === 0) {
    if (page === 'builds.json' && file === '') return { kind: 'builds', service }
    const id = file.replace(/\.log$/, '')
    if (page === 'builds' && file !== id && BUILD_ID.test(id)) return { kind: 'log', service, id }
  }
  throw new Failure('not_found')
}

function nameOf(text: string): string | undefined {
  return text.length <= 63 && NAME.test(text) ? text : undefined
}

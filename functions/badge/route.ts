import { BUILD_ID } from '../shared/build-record.ts'
import { Failure, WrongMethod } from '../shared/failure.ts'
import type { Request } from '../shared/http.ts'
import { SERVICE_NAME } from '../shared/schema/images.ts'
import * as words from './words.ts'

/** What a request is about. A badge without a service is one that cannot exist: it still gets an image. */
export type Route =
  | { kind: 'svg' | 'shields'; service: string | undefined }
  | { kind: 'builds' | 'service'; service: string }
  | { kind: 'build' | 'live' | 'again' | 'cancel' | 'log'; service: string; id: string }
  | { kind: 'hint' | 'all' | 'openapi' }

const NAME = new RegExp(SERVICE_NAME)

/** Reads method and path. Only names that pass here get near the registry. */
export function route({ method, path }: Pick<Request, 'method' | 'path'>): Route {
  if (method === 'POST' && path === '/') return { kind: 'hint' }
  const found = routeOf(path)
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && found) return found
  const asksBuild = found?.kind === 'again' || found?.kind === 'cancel'
  if (method === 'POST' && asksBuild) return found
  if (!found) throw new Failure('not_found')
  const takesPost = asksBuild || found.kind === 'all'
  throw new WrongMethod(takesPost ? 'GET, HEAD, POST' : 'GET, HEAD', words.notForPath(method))
}

function routeOf(path: string): Route | undefined {
  if (path === '/') return { kind: 'all' }
  if (path === '/_/openapi.json') return { kind: 'openapi' }
  if (path.endsWith('.svg')) return { kind: 'svg', service: nameOf(path.slice(1, -'.svg'.length)) }
  const [service = '', page = '', ...rest] = path.slice(1).split('/')
  if (page === '' && service.endsWith('.json'))
    return { kind: 'shields', service: nameOf(service.slice(0, -'.json'.length)) }
  if (nameOf(service) === undefined) return undefined
  if (page === '' && rest.length === 0) return { kind: 'service', service }
  if (page === 'builds.json' && rest.length === 0) return { kind: 'builds', service }
  return page === 'builds' ? buildRoute(service, rest) : undefined
}

function buildRoute(service: string, [file = '', what, ...rest]: string[]): Route | undefined {
  const id = what === undefined ? file.replace(/\.log$/, '') : file
  if (!BUILD_ID.test(id) || rest.length > 0) return undefined
  if (what === undefined) return { kind: file === id ? 'build' : 'log', service, id }
  return what === 'live' || what === 'again' || what === 'cancel' ? { kind: what, service, id } : undefined
}

function nameOf(text: string): string | undefined {
  return text.length <= 63 && NAME.test(text) ? text : undefined
}

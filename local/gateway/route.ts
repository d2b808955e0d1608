import { cleanPath, locationOf, parseTarget, type RequestTarget } from './request-target.ts'

export type Route =
  | { to: 'function' | 'queue'; called: string; name: string; namespace: string; target: RequestTarget }
  | { to: 'redirect'; location: string }
  | { to: 'functions' | 'info' | 'namespaces' | 'health' | 'front' }
  | { to: 'function-status'; name: string }
  | { to: 'nowhere'; status: 400 | 404 | 405 | 501 }

// A line's end is in no route.
const INVOKE = /^\/(async-)?function\/([-a-zA-Z_0-9.]+)(\/[^\n]*)?$/
const STATUS = /^\/system\/function\/([-a-zA-Z_0-9.]+)$/
// What faas-cli asks of an OpenFaaS and this gateway does not do: deploy, remove, logs, secret, scale.
const NOT_OFFERED = /^\/system\/(?:functions|secrets|logs|telemetry|scale-function\/.+|namespace\/.*)$/
const READ_ONLY = new Map<string, Route>([
  ['/system/functions', { to: 'functions' }],
  ['/system/info', { to: 'info' }],
  ['/system/namespaces', { to: 'namespaces' }],
  ['/healthz', { to: 'health' }],
  ['/', { to: 'front' }],
])

/** Where a request goes, by the routes of OpenFaaS's gateway (github.com/openfaas/faas, gateway/main.go). */
export function route(method: string, url: string): Route {
  const target = parseTarget(url)
  if (target === undefined) return { to: 'nowhere', status: 400 }
  const clean = cleanPath(target.path)
  if (target.path !== '*' && clean !== target.path) {
    return { to: 'redirect', location: locationOf({ ...target, path: clean }) }
  }
  const [, asynchronous, name, path = ''] = target.path.match(INVOKE) ?? []
  if (name !== undefined) {
    if (asynchronous && method !== 'POST') return { to: 'nowhere', status: 405 }
    const called = { called: name, ...functionName(name), target: { path, query: target.query } }
    return { to: asynchronous ? 'queue' : 'function', ...called }
  }
  return readOnly(method, target.path)
}

function readOnly(method: string, path: string): Route {
  const [, status] = path.match(STATUS) ?? []
  const found =
    status === undefined ? READ_ONLY.get(path) : ({ to: 'function-status', name: status } as const)
  if (found !== undefined && method === 'GET') return found
  if (NOT_OFFERED.test(path)) return { to: 'nowhere', status: 501 }
  return { to: 'nowhere', status: found === undefined ? 404 : 405 }
}

/** faas-cli calls a function `NAME.openfaas-fn`: what follows the last dot is the namespace. */
export function functionName(called: string): { name: string; namespace: string } {
  const dot = called.lastIndexOf('.')
  if (dot < 0) return { name: called, namespace: 'openfaas-fn' }
  return { name: called.slice(0, dot), namespace: called.slice(dot + 1) }
}

/** A request before anything of it is believed; `headers` are names and values in turn, as they came. */
export type Asked = { method: string; target: string; headers: string[] }
export type Refusal = { status: number; text: string }

const KB = 1024
const TARGET_MAX = 2 * KB
const HEADERS_MAX = 6 * KB

// As sent: the gateway decodes `%2F` and follows `..`, so neither may reach it. No name of ours needs a `%`.
const SEGMENT = '[A-Za-z0-9_-][A-Za-z0-9._-]*'
const BADGE = new RegExp(`^/function/badge(?:\\.openfaas-fn)?(?:/${SEGMENT})*/?$`)
const WISH = new RegExp(`^/function/badge(?:\\.openfaas-fn)?/${SEGMENT}/builds/${SEGMENT}/(?:again|cancel)$`)
const OWN = /^\/function\/badge(?:\.openfaas-fn)?\/_(?:\/|$)(?!openapi\.json$)/
const WEBHOOK = /^\/function\/webhook(?:\.openfaas-fn)?$/
const BUILD = /^\/function\/build(?:\.openfaas-fn)?$/

/** What may be asked, with which methods and how large a body, in bytes. The first that fits counts. */
const DOORS: { path: RegExp; methods: string[]; bodyMax: number }[] = [
  { path: /^\/healthz$/, methods: ['GET', 'HEAD'], bodyMax: 0 },
  { path: WEBHOOK, methods: ['POST'], bodyMax: 25 * KB * KB },
  { path: BUILD, methods: ['POST'], bodyMax: 64 * KB },
  { path: WISH, methods: ['GET', 'HEAD', 'POST'], bodyMax: KB },
  { path: BADGE, methods: ['GET', 'HEAD'], bodyMax: 0 },
]

/**
 * Why a stranger's request does not reach the gateway; undefined when it does. The rules of the front proxy that
 * faasd has (faasd/front/haproxy.cfg), for the tunnel of `npm start`.
 */
export function refusalOf({ method, target, headers }: Asked): Refusal | undefined {
  if (target.length > TARGET_MAX) return { status: 414, text: 'the address is too long' }
  if (headers.join('').length + headers.length * 2 > HEADERS_MAX) {
    return { status: 431, text: 'the headers are too large' }
  }
  const values = (name: string) =>
    headers.filter((_, at) => headers[at - 1]?.toLowerCase() === name && at % 2)
  if (!target.startsWith('/') || target.includes('#') || values('host').length !== 1) {
    return { status: 400, text: 'bad request' }
  }
  const path = target.replace(/\?.*$/s, '')
  const door = DOORS.find((one) => one.path.test(path))
  if (door === undefined || OWN.test(path)) return { status: 404, text: 'not found' }
  if (!door.methods.includes(method)) return { status: 405, text: 'not for this method' }
  // A chunked body has no length that could be refused, and two lengths are how requests are smuggled.
  if (values('transfer-encoding').length > 0) return { status: 411, text: 'send a Content-Length' }
  const bodyMax = method === 'POST' ? door.bodyMax : 0
  if (values('content-length').some((length) => !(Number(length) <= bodyMax))) {
    return { status: 413, text: 'the body is too large' }
  }
  return undefined
}

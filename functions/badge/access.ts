import { timingSafeEqual } from 'node:crypto'
import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import { pageKey } from '../shared/page-key.ts'

/** Where the gateway shows this function. */
export const MOUNT = '/function/badge'
const COOKIE = 'artefacto-key'

/**
 * Lets in who holds the key of a service's pages (`*`: of all): in the cookie, as a bearer token, or as `?key=`, which
 * is answered by a redirect that moves it into the cookie, out of address bars and logs. Undefined means come in.
 */
export function admit(
  request: Request,
  service: string,
  secrets: readonly string[],
  secure: boolean,
): Reply | undefined {
  const { key, ...rest } = request.query
  if (key !== undefined) {
    if (!opens(key, service, secrets)) throw new Failure('key')
    const query = new URLSearchParams(rest).toString()
    const below = service === '*' ? MOUNT : `${MOUNT}/${service}`
    const cookie = `${COOKIE}=${key}; HttpOnly; SameSite=Lax; Path=${below}`
    return {
      status: 303,
      headers: {
        Location: `${MOUNT}${request.path}${query && `?${query}`}`,
        'Set-Cookie': secure ? `${cookie}; Secure` : cookie,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      },
      body: '',
    }
  }
  const bearer = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const given = bearer === undefined ? cookiesOf(request) : [bearer, ...cookiesOf(request)]
  if (!given.some((one) => opens(one, service, secrets))) throw new Failure('key')
  return undefined
}

/** All of that name: a browser may hold one for all pages and an old one for this service. */
function cookiesOf(request: Request): string[] {
  const pairs = (request.headers.cookie ?? '').split(/;\s*/)
  return pairs
    .filter((pair) => pair.startsWith(`${COOKIE}=`))
    .map((pair) => pair.slice(COOKIE.length + 1))
    .slice(0, 4)
}

/** In constant time, with every secret and for this service or for all. */
function opens(key: string, service: string, secrets: readonly string[]): boolean {
  if (!/^(?:[0-9a-f]{64}|[A-Za-z0-9_-]{43})$/.test(key)) return false
  const given = Buffer.from(key, key.length === 64 ? 'hex' : 'base64url')
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [pageKey(secret, service), pageKey(secret, '*')])
    .map((expected) => timingSafeEqual(Buffer.from(expected, 'base64url'), given))
    .includes(true)
}

/** How a caller shows who they are. */
export const SECURITY_SCHEMES = {
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Hub-Signature-256',
    description:
      "`sha256=` and the hex HMAC-SHA256 of the body's bytes, as GitHub signs its deliveries and `faas-cli invoke --sign X-Hub-Signature-256` signs a call. The secret is webhook-secret for webhook, payload-secret for build and for badge. A signed GET has no body: the HMAC is over `GET `, the path below the function, and `?` with the query.",
  },
  pageKeyBearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The key of pages: HMAC-SHA256 of `page:` and the service with payload-secret, in hex or base64url; `page:*` makes the key to all services. Not asked for where `pages` is `public`.',
  },
  pageKeyQuery: {
    type: 'apiKey',
    in: 'query',
    name: 'key',
    description: 'The same key in a link. The answer is a redirect that moves it into a cookie.',
  },
  pageKeyCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'artefacto-key',
    description: 'The same key, as that redirect sets it.',
  },
} as const

/** Open to everybody. */
export const PUBLIC: Record<string, string[]>[] = []
export const SIGNED = [{ signature: [] }]
export const PAGE_KEY = [{ pageKeyBearer: [] }, { pageKeyQuery: [] }, { pageKeyCookie: [] }]

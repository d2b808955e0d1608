/** What a request line asks for. `path` is percent-decoded, one character a byte; `query` is raw, without `?`. */
export type RequestTarget = { path: string; query: string }

/** Parses a request target as Go's server does; `undefined` where Go would answer 400. */
export function parseTarget(url: string): RequestTarget | undefined {
  const [path = '', query = ''] = url.replace(/^https?:\/\/[^/?]*/i, '').split(/\?(.*)/s)
  if (/%(?![0-9a-f]{2})/i.test(path) || !/^[/*]|^$/.test(path)) return undefined
  return { path: decode(path) || '/', query }
}

/** The path without `//`, `.` and `..`, a slash at the end kept: where the gateway's router sends a 301 to. */
export function cleanPath(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  const clean = `/${parts.join('/')}`
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean
}

/**
 * The request target a function sees. The gateway writes the decoded path and the query into one address and
 * parses that again, so `%2F` reaches the function as `/` and `%3F` begins the query. `undefined` where what
 * was decoded is no address any more (`%25zz`, `%0D`).
 */
export function functionTarget({ path, query }: RequestTarget): string | undefined {
  const [address = ''] = `${path}${query && `?${query}`}`.split('#')
  const [pathname = '', search] = address.split(/\?(.*)/s)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go's url.Parse refuses an address with one.
  if (/%(?![0-9a-f]{2})/i.test(pathname) || /[\x00-\x1f\x7f]/.test(address)) return undefined
  return `${encodePath(decode(pathname)) || '/'}${search === undefined ? '' : `?${encodeRest(search)}`}`
}

/** The address for a Location header. */
export function locationOf({ path, query }: RequestTarget): string {
  return `${encodePath(path)}${query && `?${query}`}`
}

function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

// As Go's url.URL writes a path.
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~$&+,;=:@/]/g, percent)
}

function encodeRest(query: string): string {
  return query.replace(/[^!-~]/g, percent)
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

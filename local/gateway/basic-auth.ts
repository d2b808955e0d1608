import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether an Authorization header is HTTP basic auth of `admin` with this password; an empty one never is. */
export function isAdmin(authorization: string | undefined, password: string): boolean {
  const [, encoded] = authorization?.match(/^Basic\s+(\S+)$/i) ?? []
  if (encoded === undefined || password === '') return false
  return timingSafeEqual(digest(Buffer.from(encoded, 'base64')), digest(Buffer.from(`admin:${password}`)))
}

// Equal lengths for timingSafeEqual, whatever was sent.
function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

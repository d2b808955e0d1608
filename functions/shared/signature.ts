import { createHmac, timingSafeEqual } from 'node:crypto'

const FORM = /^sha256=([0-9a-f]{64})$/

/**
 * GitHub's form of a signature, `sha256=<hex HMAC>`; also the one that `faas-cli invoke --sign` makes.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function sign(secret: string, bytes: Buffer | string): string {
  return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`
}

/**
 * Whether `header` is the signature of exactly these bytes under one of the secrets (two while one is being
 * rotated). Constant time; an empty secret never passes; nothing but the SHA-256 form does.
 */
export function verify(
  secrets: readonly string[],
  bytes: Buffer | string,
  header: string | undefined,
): boolean {
  const given = FORM.exec(header ?? '')?.[1]
  if (given === undefined) return false
  const claimed = Buffer.from(given, 'hex')
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), claimed))
    .includes(true)
}

/** What a signed GET signs: it has no body, so the path below the function and the query stand for it. */
export function signedGet(path: string, query: string): string {
  return `GET ${path}${query === '' ? '' : `?${query}`}`
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function sameSecret(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHmac('sha256', 'compared').update(text).digest())
  return timingSafeEqual(a as Buffer, b as Buffer)
}

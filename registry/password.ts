import { randomBytes } from 'node:crypto'
import { compare, hash } from 'bcryptjs'

/**
 * The registry pays bcrypt on every request: a HEAD takes 5 ms at cost 4, 6 at cost 5, 80 at cost 10. Against 128
 * random bits nobody guesses at either cost.
 */
const BCRYPT_COST = 4

/** 128 random bits as 22 characters that need no quoting in a shell or a URL. */
export function randomPassword(): string {
  return randomBytes(16).toString('base64url')
}

/** A secret of Standard Webhooks: `whsec_` and 256 random bits in base64. */
export function randomWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** The htpasswd file `before` with this user's line set; the same text if the password is in it already. */
export async function htpasswdWith(before: string, user: string, password: string): Promise<string> {
  const lines = before.split('\n').filter((line) => line !== '')
  const own = lines.find((line) => line.startsWith(`${user}:`))
  if (own && (await compare(password, own.slice(user.length + 1)))) return before
  const others = lines.filter((line) => line !== own)
  return [...others, `${user}:${await hash(password, BCRYPT_COST)}`, ''].join('\n')
}

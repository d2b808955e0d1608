import { createPrivateKey, sign } from 'node:crypto'
import { Failure } from '../shared/failure.ts'
import * as words from './words/github.ts'

/** GitHub refuses one from the future: its clock may be so far behind ours. */
const BACK_S = 60
/** Ten minutes are the most; GitHub's clock may be so far ahead of ours, or behind. */
const LIFE_S = 300

/**
 * What a GitHub App shows to be itself (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app):
 * signed with its private key, in PEM, at `now` (ms since 1970).
 */
export function appJwt(id: string, key: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const claims = { iat: seconds - BACK_S, exp: seconds + LIFE_S, iss: id }
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encoded).join('.')
  return `${signed}.${sign('sha256', Buffer.from(signed), readKey(key)).toString('base64url')}`
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** `secret_missing`, because a file that is just being written anew looks so, too. */
function readKey(key: string) {
  try {
    const read = createPrivateKey(key)
    if (read.asymmetricKeyType === 'rsa') return read
  } catch {
    // Node's words quote what could not be read.
  }
  throw new Failure('secret_missing', words.keyUnreadable)
}

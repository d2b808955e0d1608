import { createHash } from 'node:crypto'

/** Who may pull through the front proxy, and as whom the front proxy asks the registry. */
export type PullAccount = {
  pullUser: string
  pullPassword: string
  registryUser: string
  registryPassword: string
}

/**
 * The two files that front/haproxy.cfg reads in its folder, by name. Neither password is in its environment or its
 * configuration. An account that could not work, or would be the registry's own, is an Error.
 */
export function pullAccountFiles(account: PullAccount): {
  'pull-accounts': string
  'registry-authorization': string
} {
  const { pullUser, pullPassword, registryUser, registryPassword } = account
  if (pullUser === registryUser || pullPassword === registryPassword)
    throw new Error(`the pull account must differ from ${registryUser}, which may push, in name and password`)
  const pulls = basic('pull', pullUser, pullPassword)
  const asks = basic('registry', registryUser, registryPassword)
  return {
    // A plain SHA-256 over what clients send: HAProxy's own userlist calls crypt(3), which takes milliseconds of its
    // thread for each guess of a stranger, and knows other hashes in each image (glibc, musl). Salt and cost protect
    // a password that a person made up; ours is 128 random bits, and the file is root's. Two lines let in both.
    'pull-accounts': `${createHash('sha256').update(pulls).digest('hex')}\n`,
    'registry-authorization': `registry ${asks}\n`,
  }
}

// RFC 7617: a name has no colon, and neither part has control characters.
function basic(whose: string, user: string, password: string): string {
  if (!/^[^:\p{Cc}]+$/u.test(user))
    throw new Error(`the ${whose} user is empty, or has a colon or a line end`)
  if (!/^\P{Cc}+$/u.test(password)) throw new Error(`the ${whose} password is empty, or has a line end`)
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

import { Failure } from '../shared/failure.ts'
import type { Credentials } from './engine.ts'
import * as words from './words/grants.ts'

/**
 * The OpenFaaS secret `base-registries`, in the form of Docker's config.json: passwords by host. What a credential
 * helper keeps is not in it. A Failure says nothing of what is in it.
 */
export function readLogins(text: string): Map<string, Credentials> {
  try {
    const { auths } = JSON.parse(text) as { auths: Record<string, { auth?: string }> }
    return new Map(
      Object.entries(auths).flatMap(([address, { auth }]): [string, Credentials][] =>
        auth ? [[registryHost(address), credentials(auth)]] : [],
      ),
    )
  } catch {
    throw new Failure('secret_missing', words.notLogins)
  }
}

/** Those of these hosts. One that is missing is waited for: the engine would ask as nobody, and a 401 is final. */
export function pickLogins(
  hosts: readonly string[],
  all: ReadonlyMap<string, Credentials>,
): Map<string, Credentials> {
  return new Map(
    hosts.map((host) => {
      const login = all.get(host)
      if (login === undefined) throw new Failure('secret_missing', words.noLogin(host))
      return [host, login]
    }),
  )
}

/**
 * The host of a registry as references to images have it. Docker Hub has three names: in references, in config.json
 * and where the engine asks for a password (https://github.com/moby/buildkit/blob/master/session/auth/authprovider/authprovider.go).
 */
export function registryHost(address: string): string {
  const [host = ''] = address
    .replace(/^https?:\/\//, '')
    .toLowerCase()
    .split('/')
  return /^(?:index|registry-1)\.docker\.io$/.test(host) ? 'docker.io' : host
}

function credentials(auth: string): Credentials {
  const [, username = '', password = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(auth, 'base64').toString()) ?? []
  return { username, password }
}

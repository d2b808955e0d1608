import { generateKeyPairSync } from 'node:crypto'
import type { GitHubApp } from '../../local/github/server.ts'

/** A key pair as GitHub makes one for an App: the private part is what an operator is given. */
export function appKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
}

/** A GitHub App that may do what artefacto asks, on all of acme's repositories. */
export function appOf(publicKey: string): GitHubApp {
  return {
    id: 4711,
    publicKey,
    permissions: { metadata: 'read', contents: 'read', pull_requests: 'read', statuses: 'write' },
    installations: [{ id: 1, owner: 'acme', repositories: 'all' }],
  }
}

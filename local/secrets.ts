import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeCredentials } from '../registry/credential-files.ts'
import { randomPassword, randomWebhookSecret } from '../registry/password.ts'
import { keptFile } from '../registry/private-file.ts'
import type { State } from './state.ts'

const RANDOM = ['webhook-secret', 'payload-secret', 'basic-auth-password']
/** The embedded registry listens on loopback only. */
const REGISTRY_NAMES = ['localhost', '127.0.0.1', '::1']

/**
 * Makes the secrets that are missing, each a file of its own in `state.secrets`, and the registry's certificates.
 * What is there is kept for ever: GitHub and other hosts know it. `github-token`, `github-app-key`, `github-ca`,
 * `aws-credentials`, `build-secrets`, `base-registries` and `notify-urls` are the person's to put there.
 */
export async function makeSecrets(state: State): Promise<void> {
  await makeCredentials({ folder: state.folder, names: REGISTRY_NAMES })
  for (const name of RANDOM) keptFile(join(state.secrets, name), randomPassword)
  keptFile(join(state.secrets, 'notify-secret'), randomWebhookSecret)
}

/** The line of a secret that signs: the first one. */
export function firstSecret(state: State, name: string): string {
  return readFileSync(join(state.secrets, name), 'utf8').trim().split('\n')[0] ?? ''
}

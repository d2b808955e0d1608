import { join } from 'node:path'
import { keepSecretFiles, makeSecretFiles } from '../faasd/credentials.ts'
import { makeDockerCredentials } from '../faasd/docker/credentials.ts'
import { makeCredentials } from '../registry/credential-files.ts'
import { randomPassword } from '../registry/password.ts'
import { REGISTRY } from './settings.ts'

/** Where kustomize takes the Secrets from: it reads no file outside of the folder that names it. */
export const CREDENTIALS = join(import.meta.dirname, 'credentials')

/**
 * Makes certificates, passwords and secrets where they are missing, renews certificates before they end, and says what
 * it made. `registry` is the name, and perhaps port, that engines and functions reach the registry by.
 */
export async function keepCredentials(folder: string, registry: string): Promise<string[]> {
  // Loopback is for `kubectl port-forward`.
  const names = [...new Set([REGISTRY, registry.replace(/:\d+$/, ''), 'localhost', '127.0.0.1'])]
  const made = [
    ...(await makeCredentials({ folder, names })),
    // One certificate for any number of engines.
    ...(await makeDockerCredentials({ folder, names: ['*.engine.artefacto-engine.svc.cluster.local'] })),
    ...keepSecretFiles(folder, {}),
    ...makeSecretFiles(folder, { 'registry-http-secret': randomPassword }),
  ]
  return made.map((line) => `Made ${line}`)
}

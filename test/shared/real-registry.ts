import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRegistry, type Registry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { type Secrets, secretsIn } from '../../functions/shared/secrets.ts'
import { whereIs } from '../../local/debian.ts'
import { startRegistryProgram } from '../../local/registry-program.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState, type State } from '../../local/state.ts'
import { freePort } from '../support/free-port.ts'

export type RealRegistry = {
  state: State
  url: string
  secrets: Secrets
  registry: Registry
  stop(): Promise<void>
}

/** Debian's docker-registry 2.8; test/run.ts installs it where that is possible. Without it, its tests are skipped. */
export const hasRegistry = whereIs('docker-registry') !== undefined

/** That registry on 127.0.0.1 with TLS, a password and no content, as `npm start` runs it. */
export async function startRealRegistry(): Promise<RealRegistry> {
  const state = openState(mkdtempSync(join(tmpdir(), 'shared-registry-')))
  await makeSecrets(state)
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const program = await startRegistryProgram({ state, port, url })
  const secrets = secretsIn(state.secrets)
  const registry = openRegistry(registryTransport(url, secrets))
  const stop = async () => {
    await program.stop()
    state.close()
    rmSync(state.folder, { recursive: true })
  }
  return { state, url, secrets, registry, stop }
}

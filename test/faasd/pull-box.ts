import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pullAccountFiles } from '../../faasd/front/pull-account.ts'
import { openRegistry, type Registry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { startRegistryProgram } from '../../local/registry-program.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'
import { makeCredentials } from '../../registry/credential-files.ts'
import { freePort } from '../support/free-port.ts'
import { runningFront } from './running-front.ts'

export type PullBox = {
  /** `ca.crt` and `pull-password`, what the other computer is given */
  given: { ca: string; password: string }
  /** `user:password` of the registry's own account */
  own: string
  registry: Registry
  /** ends the registry, but not the front proxy */
  stopRegistry(): Promise<void>
  stop(): Promise<void>
}

/** The real registry on loopback and the front proxy's pull side on `listen`, as the installer sets them up. */
export async function pullBox(listen: string, names: string[]): Promise<PullBox> {
  const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-box-')))
  await makeSecrets(state)
  await makeCredentials({ folder: state.folder, names: ['artefacto-registry', ...names] })
  const text = (path: string) => readFileSync(join(state.folder, path), 'utf8')
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const program = await startRegistryProgram({ state, port, url })
  const password = 'pulls and does nothing else'
  const [registryUser, registryPassword] = [text('secrets/registry-user'), text('secrets/registry-password')]
  const folder = join(state.folder, 'core/front')
  mkdirSync(folder, { recursive: true })
  const files = {
    ...pullAccountFiles({ pullUser: 'pull', pullPassword: password, registryUser, registryPassword }),
    'registry-ca.crt': text('certs/ca.crt'),
    'registry.pem': `${text('certs/registry.crt')}\n${text('certs/registry.key')}`,
  }
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content, { mode: 0o600 })
  const front = await runningFront('127.0.0.1:1', {
    FOLDER: folder,
    PULL_LISTEN: listen,
    PULL_CERTIFICATE: join(folder, 'registry.pem'),
    REGISTRY: `127.0.0.1:${port}`,
  })
  return {
    given: { ca: text('certs/ca.crt'), password },
    own: `${registryUser}:${registryPassword}`,
    registry: openRegistry(registryTransport(url, secretsIn(state.secrets))),
    stopRegistry: () => program.stop(),
    async stop() {
      await front.stop()
      await program.stop()
      state.close()
      rmSync(state.folder, { recursive: true })
    },
  }
}

import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { AMI_USER } from './core-services.ts'
import { pullAccountFiles } from './front/pull-account.ts'
import type { Settings } from './settings.ts'

const HERE = import.meta.dirname

/** The account that other computers pull with; its password is the secret pull-password. */
export const PULL_USER = 'pull'

/**
 * Writes what each core service may see into a folder of its own, `core/<registry|docker|front|ami>`; gives the paths that
 * changed, from there.
 */
export function keepCoreFiles(box: Box, settings: Settings): string[] {
  const files = wanted(box, settings)
  mkdirSync(join(box.state, 'log'), { recursive: true })
  const changed = Object.entries(files).filter(([path, content]) => {
    const target = join(box.state, 'core', path)
    if (content === undefined) {
      rmSync(target, { force: true })
      return false
    }
    if (readIfThere(target) === content) return false
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    writePrivate(target, content)
    return true
  })
  if (settings.ami) keepAmiFolders(box)
  return changed.map(([path]) => path)
}

/** What the service ami reads and writes as nobody; on the host only root gets to either, by the state folder. */
function keepAmiFolders({ state }: Box): void {
  const secret = join(state, 'core/ami/payload-secret')
  for (const folder of [join(state, 'core/ami'), join(state, 'core/empty'), join(state, 'ami')]) {
    mkdirSync(folder, { recursive: true })
    chmodSync(folder, 0o700)
    chownSync(folder, AMI_USER, AMI_USER)
  }
  chmodSync(secret, 0o400)
  chownSync(secret, AMI_USER, AMI_USER)
}

/** Lets the proxies read changed files anew; open connections stay. The registry reads htpasswd by itself. */
export async function reloadChanged(changed: string[]): Promise<string[]> {
  const proxies = ['docker', 'front'].filter((name) => changed.some((path) => path.startsWith(`${name}/`)))
  for (const name of proxies) {
    const task = ['tasks', 'kill', '--signal', 'SIGUSR2', `artefacto-${name}`]
    await run('ctr', ['--namespace', 'openfaas', ...task])
  }
  return proxies.map((name) => `Reloaded artefacto-${name}`)
}

function wanted(box: Box, settings: Settings): Record<string, string | undefined> {
  const state = (path: string) => readFileSync(join(box.state, path), 'utf8')
  const secret = (name: string) => state(`secrets/${name}`).trim()
  const pem = (name: string) => `${state(`${name}.crt`).trim()}\n${state(`${name}.key`)}`
  const { certificate, pull, ami } = settings
  const account = pullAccountFiles({
    pullUser: PULL_USER,
    pullPassword: secret('pull-password'),
    registryUser: secret('registry-user'),
    registryPassword: secret('registry-password'),
  })
  return {
    'registry/config.yml': readFileSync(join(HERE, '../registry/config.yml'), 'utf8'),
    'registry/certs/registry.crt': state('certs/registry.crt'),
    'registry/certs/registry.key': state('certs/registry.key'),
    'registry/htpasswd': state('htpasswd'),
    'docker/haproxy.cfg': readFileSync(join(HERE, 'docker/haproxy.cfg'), 'utf8'),
    'docker/ca.crt': state('certs/docker-ca.crt'),
    'docker/server.pem': pem('certs/docker-server'),
    'front/haproxy.cfg': readFileSync(join(HERE, 'front/haproxy.cfg'), 'utf8'),
    'front/certificate.pem': certificate === null ? undefined : readFileSync(certificate, 'utf8'),
    'front/registry.pem': pull ? pem('certs/registry') : undefined,
    'front/registry-ca.crt': pull ? state('secrets/registry-ca') : undefined,
    'front/pull-accounts': pull ? account['pull-accounts'] : undefined,
    'ami/payload-secret': ami ? state('secrets/payload-secret') : undefined,
    'front/registry-authorization': pull ? account['registry-authorization'] : undefined,
  }
}

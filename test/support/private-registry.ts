import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from '../../local/daemon.ts'
import { whereIs } from '../../local/debian.ts'
import { installRegistry } from '../../local/registry-program.ts'
import { htpasswdWith, randomPassword } from '../../registry/password.ts'
import { freePort } from './free-port.ts'

/** A company's registry that nobody reads without a password; beside ours. */
export type PrivateRegistry = {
  /** What an image reference begins with. */
  host: string
  login: { username: string; password: string }
  /** This registry in Docker's config.json, as `base-registries` has it. */
  config: string
  /** Lines of its access log so far, such as `"HEAD /v2/base/manifests/1 HTTP/1.1" 200`. */
  asked(): string[]
  close(): Promise<void>
}

/** Debian's docker-registry without TLS: to 127.0.0.1 an engine of 20.10 speaks plain HTTP, whatever it is given. */
export async function openPrivateRegistry(): Promise<PrivateRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-private-'))
  const login = { username: 'puller', password: randomPassword() }
  const host = `127.0.0.1:${await freePort()}`
  const log = join(folder, 'log')
  writeFileSync(join(folder, 'htpasswd'), await htpasswdWith('', login.username, login.password))
  writeFileSync(join(folder, 'config.yml'), configFor(host))
  if (!whereIs('docker-registry')) await installRegistry(() => {})
  const daemon = await startDaemon({
    name: 'The private registry',
    program: whereIs('docker-registry') ?? 'docker-registry',
    args: ['serve', 'config.yml'],
    env: { PATH: process.env.PATH },
    folder,
    log,
    pidFile: join(folder, 'pid'),
    missing: async () =>
      fetch(`http://${host}/v2/`).then(
        ({ status }) => (status === 401 ? undefined : `it answers ${status}`),
        (error: Error) => error.message,
      ),
    startMs: 20_000,
    stopMs: 10_000,
  })
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  return {
    host,
    login,
    config: JSON.stringify({ auths: { [host]: { auth } } }),
    asked: () => [...readFileSync(log, 'utf8').matchAll(/"[A-Z]+ \S+ HTTP\S+" \d+/g)].map(([line]) => line),
    async close() {
      await daemon.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

const configFor = (host: string): string => `version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: data } }
http: { addr: "${host}" }
auth: { htpasswd: { realm: company, path: htpasswd } }
`

import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { bundleTimed } from '../../faasd/bundle.ts'
import { type Gateway, startGateway } from '../../local/gateway/gateway.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { compiledHost } from '../local/host/compiled-host.ts'
import { handlerFolder } from '../local/host/handler-folder.ts'
import { passingFolder } from '../local/host/passing-folder.ts'

const DIST = join(import.meta.dirname, '../../dist')
const CORE = ['nats', 'prometheus', 'gateway', 'queue-worker', 'artefacto-registry', 'artefacto-front']
const UNITS = ['faasd', 'faasd-provider']
  .map((unit) => `Id=${unit}.service\nActiveState=active\nActiveEnterTimestampMonotonic=1\n`)
  .join('\n')
/** Stands for build: its catch-up. */
const BUILD = `
  console.log('build was called: ' + event.body)
  context.status(200).succeed('{"started":[]}')
`
const PASSWORD = 'password-of-the-gateway'

const host = compiledHost()
const root = passingFolder()
const build = handlerFolder(BUILD)
const bundle = join(root, 'watch.cjs')
await bundleTimed('watch', bundle)

export type WatchBox = Awaited<ReturnType<typeof watchBox>>

/**
 * A box on which all is well, with the embedded gateway, a door that asks for a password in the registry's place,
 * and small scripts in place of systemctl, ctr, faas-cli and iptables that write down how they were called.
 */
export async function watchBox() {
  const [state = '', faasd = '', bin = ''] = ['state', 'faasd', 'bin'].map((name) =>
    mkdtempSync(join(root, name)),
  )
  const record = join(bin, 'called')
  const file = (name: string, text: string) => writeFileSync(join(bin, name), text)
  const script = (name: string, body: string) => {
    file(name, `#!/bin/sh\n[ "$1" = show ] || echo "${name} $*" >>${record}\ncd ${bin}\n${body}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  script('systemctl', '[ "$1" != show ] || cat units')
  script('ctr', 'cat tasks')
  script('faas-cli', `[ "$1" != login ] || grep -q ${PASSWORD}`)
  for (const name of ['iptables', 'ip6tables']) script(name, '')
  file('units', UNITS)
  const tasks = (names: string[]) =>
    file('tasks', `TASK    PID    STATUS\n${names.map((name) => `${name}    12    RUNNING\n`).join('')}`)
  tasks(CORE)
  for (const folder of ['nats', 'secrets']) mkdirSync(join(faasd, folder))
  writeFileSync(join(faasd, 'nats/poison'), '')
  writeFileSync(
    join(faasd, 'docker-compose.yaml'),
    `services:\n${CORE.map((name) => `  ${name}: {}\n`).join('')}`,
  )
  writeFileSync(join(faasd, 'secrets/basic-auth-user'), 'admin')
  writeFileSync(join(faasd, 'secrets/basic-auth-password'), PASSWORD)

  const ca = await makeAuthority(new Date())
  const registry = await listening(createHttpsServer(await makeLeaf(ca, ['127.0.0.1'], new Date()), password))
  const front = await listening(createHttpServer((_, response) => void response.end()))
  mkdirSync(join(state, 'secrets'))
  for (const name of ['payload-secret', 'webhook-secret'])
    writeFileSync(join(state, 'secrets', name), `the ${name}\nthe one before`)
  writeFileSync(join(state, 'secrets/registry-ca'), ca.cert)

  const lines: string[] = []
  let closeGateway = async () => {}
  /** Puts another gateway in the place of the one before. */
  const standAt = async (start: () => Promise<{ port: number; close(): Promise<void> }>) => {
    await closeGateway()
    const { port, close } = await start()
    closeGateway = close
    const places = { gateway: `http://127.0.0.1:${port}`, registry: `127.0.0.1:${registry.port}` }
    const settings = {
      front: { host: '127.0.0.1', port: front.port, tls: false },
      box: { ...places, bridge: '127.0.0.1', faasd, dockerSocket: join(state, 'docker.sock') },
    }
    writeFileSync(join(state, 'settings.json'), JSON.stringify(settings))
    return places.gateway
  }
  const withFunctions = (more: Record<string, string>, without: string[] = []) =>
    standAt(async () => gatewayWith(state, more, without, lines))
  await withFunctions({})

  return {
    state,
    faasd,
    /** The folder with the scripts. */
    bin,
    lines,
    tasks,
    script,
    units: (text: string) => file('units', text),
    withFunctions,
    /** A gateway of this behaviour alone. */
    withGateway: (answer: RequestListener) => standAt(() => listening(createHttpServer(answer))),
    /** How the host's programs were called since the last time of asking, looks left out. */
    calls: () => {
      const calls = readFileSync(record, 'utf8').split('\n').slice(0, -1)
      writeFileSync(record, '')
      return calls.filter((call) => !/ -C |^ctr /.test(call))
    },
    memory: () => JSON.parse(readFileSync(join(state, 'watch.json'), 'utf8')),
    remember: (memory: object) => writeFileSync(join(state, 'watch.json'), JSON.stringify(memory)),
    /** As if all that the watcher remembers were so much longer ago. */
    later: (minutes: number) => {
      const path = join(state, 'watch.json')
      const earlier = (text: string) => String(Number(text) - minutes * 60_000)
      writeFileSync(path, readFileSync(path, 'utf8').replace(/\b\d{13}\b/g, earlier))
    },
    run: () => runWatcher([state], bin),
    close: async () => {
      await closeGateway()
      await Promise.all([registry.close(), front.close()])
    },
  }
}

/** The bundle as systemd runs it; `folder` holds the programs of the host. */
export function runWatcher(args: string[], folder?: string): Promise<{ code: number; said: string }> {
  const env = { PATH: `${folder ? `${folder}:` : ''}/usr/bin:/bin` }
  return new Promise((resolve) => {
    execFile(process.execPath, [bundle, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr })
    })
  })
}

function gatewayWith(
  state: string,
  more: Record<string, string>,
  without: string[],
  lines: string[],
): Promise<Gateway> {
  const env = { RAW_BODY: 'true', MAX_RAW_SIZE: '64kb', secret_mount_path: join(state, 'secrets') }
  // Nothing listens there: a badge is an image all the same.
  const badge = { ...env, registry_url: 'https://127.0.0.1:1' }
  const functions = [
    { name: 'webhook', dir: join(DIST, 'webhook'), env, host },
    { name: 'badge', dir: join(DIST, 'badge'), env: badge, host },
    { name: 'build', dir: build, env, host },
    ...Object.entries(more).map(([name, source]) => ({ name, dir: handlerFolder(source), env, host })),
  ].filter(({ name }) => !without.includes(name))
  return startGateway({
    port: 0,
    functions: () => functions,
    adminPassword: () => 'open',
    log: (line) => lines.push(line),
  })
}

const password: RequestListener = (_, response) => void response.writeHead(401).end()

async function listening(server: Server & { closeAllConnections(): void }) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

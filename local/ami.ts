import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { cacheFolder } from '../ami/recipe/cache.ts'
import { makeImage } from '../ami/recipe/image.ts'
import { amiSocket } from './ami-socket.ts'
import { dockerAt } from './docker.ts'
import type { Engine } from './engine.ts'
import { keepCopied } from './keep-copied.ts'
import type { State } from './state.ts'

/** The service that makes disks, listening on a socket of the state folder; `stop` removes its container. */
export type Ami = { socketPath: string; stop(): Promise<void> }

const START_MS = 30_000
const MEMORY = 1 << 30
const PIDS = 128
/** unix(7) */
const SOCKET_PATH_BYTES = 107

/**
 * Starts the service in a container without network, capabilities or a way to write but its work folder. The first
 * time, its image is made, which takes half a minute and downloads 100 MB: never wait for this where a person waits.
 * `signal` ends it at any moment before it listens, and leaves nothing half.
 */
export async function startAmi(options: {
  state: State
  engine: Engine
  say: (line: string) => void
  signal?: AbortSignal
}): Promise<Ami> {
  const { state, engine, say, signal } = options
  const folder = join(state.folder, 'ami')
  const socketPath = amiSocket(state.folder)
  if (!engine.host.startsWith('unix://'))
    throw new Error('its socket needs a Docker Engine on this machine, and DOCKER_HOST names another')
  if (Buffer.byteLength(socketPath) > SOCKET_PATH_BYTES)
    throw new Error(`${socketPath} is too long a path for a socket: take a shorter --state`)
  const image = await makeImage(engine.host, cacheFolder(), say, signal)
  await removeContainers(state, engine)
  makeFolders(folder, dirname(socketPath))
  const secret = keepCopied(join(state.secrets, 'payload-secret'), join(folder, 'secrets/payload-secret'))
  const stop = () => {
    secret.stop()
    return removeContainers(state, engine)
  }
  try {
    signal?.throwIfAborted()
    const container = await dockerAt(engine.host).createContainer(description(state, folder, image))
    await container.start()
    await listening(container, socketPath, signal)
    return { socketPath, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Only the owner gets through `ami/`; below it the container's user, who is nobody, must read and write. */
function makeFolders(folder: string, share: string): void {
  mkdirSync(join(folder, 'secrets'), { recursive: true })
  mkdirSync(share, { recursive: true })
  chmodSync(folder, 0o700)
  chmodSync(share, 0o777)
}

function description(state: State, folder: string, image: string): Docker.ContainerCreateOptions {
  return {
    Labels: labels(state),
    Image: image,
    Env: ['listen=/share/ami.sock', 'secret_mount_path=/secrets'],
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: MEMORY,
      PidsLimit: PIDS,
      // Whoever waited for a disk asks again.
      RestartPolicy: { Name: 'on-failure' },
      Binds: [`${join(folder, 'share')}:/share`, `${join(folder, 'secrets')}:/secrets:ro`],
      Mounts: [{ Type: 'volume', Source: '', Target: '/work' }],
      ...kvm(),
    },
  }
}

/** The service itself decides whether it is a KVM that it can use. */
function kvm(): { Devices?: Docker.DeviceMapping[]; GroupAdd?: string[] } {
  const device = '/dev/kvm'
  if (!existsSync(device)) return {}
  const mapping = { PathOnHost: device, PathInContainer: device, CgroupPermissions: 'rw' }
  return { Devices: [mapping], GroupAdd: [String(statSync(device).gid)] }
}

function labels(state: State): Record<string, string> {
  return { artefacto: 'ami', 'artefacto.state': state.folder }
}

/** With their work folders, also what a killed run left. */
async function removeContainers(state: State, engine: Engine): Promise<void> {
  const docker = dockerAt(engine.host)
  const filters = { label: Object.entries(labels(state)).map(([key, value]) => `${key}=${value}`) }
  for (const { Id } of await docker.listContainers({ all: true, filters }))
    await docker.getContainer(Id).remove({ force: true, v: true })
}

async function listening(
  container: Docker.Container,
  socketPath: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + START_MS
  while (!(await answers(socketPath))) {
    const { State } = await container.inspect()
    signal?.throwIfAborted()
    if (!State.Running || State.Restarting || Date.now() > deadline) {
      const said = await container.logs({ stdout: true, stderr: true, tail: 5 })
      throw new Error(`it does not start: ${String(said).replace(/[^\n\x20-\x7e]/g, '')}`)
    }
    await sleep(50)
  }
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/healthz' }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    call.on('error', () => resolve(false)).end()
  })
}

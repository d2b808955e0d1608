import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import { dockerAt } from './docker.ts'
import type { Engine } from './engine.ts'
import { canPull, hasImage } from './pull.ts'
import { CONFIG_FILE } from './registry-config.ts'
import { whatRegistryLacks } from './registry-ready.ts'
import type { State } from './state.ts'

const IMAGE = 'registry:3'
const PULL_MS = 20_000
const START_MS = 20_000

type Folder = Pick<State, 'folder'>
type Options = { state: State; engine: Engine; port: number; url: string }

/** Whether the engine has the registry's image. */
export function hasRegistryImage(engine: Engine): Promise<boolean> {
  return hasImage(engine.host, IMAGE)
}

/** Whether the engine can get the registry's image; waits for it 20 s at most. */
export function canPullRegistryImage(engine: Engine): Promise<boolean> {
  return canPull(engine.host, IMAGE, PULL_MS)
}

/** Removes the containers of this state that a killed run left: they hold port and data. */
export async function removeRegistryContainers(state: State, engine: Engine): Promise<void> {
  const docker = dockerAt(engine.host)
  for (const { Id } of await docker.listContainers({ all: true, filters: filtersOf(state) })) {
    await docker.getContainer(Id).remove({ force: true })
  }
}

/** The process of the state's running container, as this machine counts them. */
export async function registryContainerPid(host: string, state: Folder): Promise<number | undefined> {
  const docker = dockerAt(host)
  const [container] = await docker.listContainers({ filters: filtersOf(state) })
  return container && (await docker.getContainer(container.Id).inspect()).State.Pid
}

/** Runs the registry's collection on a state's data, in a container beside the one that stands still, or is not there. */
export async function collectInContainer(
  host: string,
  { folder, registry }: Pick<State, 'folder' | 'registry'>,
  options: string[],
): Promise<void> {
  const docker = dockerAt(host)
  const container = await docker.createContainer({
    Labels: { artefacto: 'collect', 'artefacto.state': folder },
    Image: IMAGE,
    Cmd: ['garbage-collect', ...options, '/etc/distribution/config.yml'],
    WorkingDir: '/srv',
    User: await user(docker),
    HostConfig: {
      Binds: [`${CONFIG_FILE}:/etc/distribution/config.yml:ro`, `${registry}:/srv/registry`],
    },
  })
  try {
    await container.start()
    const { StatusCode } = await container.wait()
    if (StatusCode !== 0) throw new Error(`The registry's collection failed: ${await output(container)}`)
  } finally {
    await container.remove({ force: true })
  }
}

/** Runs registry:3 on 127.0.0.1:`port` with registry/config.yml and the state's files, until `stop` removes it. */
export async function startRegistryContainer(options: Options): Promise<{ stop(): Promise<void> }> {
  const { state, engine, url } = options
  const docker = dockerAt(engine.host)
  const container = await docker.createContainer(await description(docker, options))
  const stop = (): Promise<void> => removeRegistryContainers(state, engine)
  try {
    await container.start()
    const deadline = Date.now() + START_MS
    let lacks = await whatRegistryLacks(state, url)
    while (lacks !== undefined && Date.now() < deadline && (await container.inspect()).State.Running) {
      await sleep(100)
      lacks = await whatRegistryLacks(state, url)
    }
    if (lacks === undefined) return { stop }
    throw new Error(`The registry's container is not ready: ${lacks}. Its output: ${await output(container)}`)
  } catch (error) {
    await stop()
    throw error
  }
}

async function description(docker: Docker, { state, port }: Options): Promise<Docker.ContainerCreateOptions> {
  return {
    name: `artefacto-registry-${port}`,
    Labels: labels(state),
    Image: IMAGE,
    Cmd: ['serve', '/etc/distribution/config.yml'],
    WorkingDir: '/srv',
    User: await user(docker),
    // Registry 3 sends traces to localhost:4318 unless told otherwise, and logs an error for each.
    Env: ['REGISTRY_HTTP_ADDR=0.0.0.0:5000', 'OTEL_TRACES_EXPORTER=none'],
    ExposedPorts: { '5000/tcp': {} },
    HostConfig: {
      PortBindings: { '5000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
      Binds: [
        `${CONFIG_FILE}:/etc/distribution/config.yml:ro`,
        `${state.registry}:/srv/registry`,
        `${state.certs}/registry.crt:/srv/certs/registry.crt:ro`,
        `${state.certs}/registry.key:/srv/certs/registry.key:ro`,
        `${state.folder}/htpasswd:/srv/htpasswd:ro`,
      ],
    },
  }
}

function labels({ folder }: Folder): Record<string, string> {
  return { artefacto: 'registry', 'artefacto.state': folder }
}

function filtersOf(state: Folder): { label: string[] } {
  return { label: Object.entries(labels(state)).map(([key, value]) => `${key}=${value}`) }
}

/** The owner of the files, so that the program could take over the data; in a rootless engine that is its root. */
async function user(docker: Docker): Promise<string> {
  const { SecurityOptions } = (await docker.info()) as { SecurityOptions?: string[] }
  const rootless = SecurityOptions?.some((option) => option.includes('rootless'))
  return rootless ? '0:0' : `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
}

/** The last lines; without the bytes that frame each (https://docs.docker.com/reference/api/engine: attach). */
async function output(container: Docker.Container): Promise<string> {
  const lines = await container.logs({ stdout: true, stderr: true, tail: 3 })
  return String(lines)
    .replace(/[^\n\x20-\x7e]/g, '')
    .trim()
}

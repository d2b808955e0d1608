import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dockerAt } from '../local/docker.ts'
import type { RegistryView } from './registry-view.ts'
import type { World } from './world.ts'

/** What is ours by its labels: the source that every image of ours names, and the registry's own container. */
const SOURCE = 'org.opencontainers.image.source'

/** Containers, images, staged tags and folders that a soak of these repositories has left, once all of it is over. */
export async function leftBehind(
  world: World,
  registry: RegistryView,
  repositories: string[],
): Promise<string[]> {
  const sources = repositories.map((name) => `https://github.com/${name}`)
  const ours = (labels: Record<string, string> | null) => sources.includes(labels?.[SOURCE] ?? '')
  const docker = dockerAt(world.engine.host)
  const containers = (await docker.listContainers({ all: true })).filter(({ Labels }) => ours(Labels))
  const images = (await docker.listImages({ all: true })).filter(({ Labels }) => ours(Labels))
  return [
    ...containers.map(({ Id }) => `container ${Id}`),
    ...images.map(({ Id, RepoTags }) => `image ${Id} ${(RepoTags ?? []).join(' ')}`.trim()),
    ...(await registry.staged()),
    ...((await world.ami?.left()) ?? []),
    ...foldersOf(world.killed).map((folder) => `folder ${folder}`),
  ]
}

/** Sources that a killed build process had below /tmp (its environment has no TMPDIR). */
function foldersOf(pids: Set<number>): string[] {
  return [...new Set(['/tmp', tmpdir()])].flatMap((parent) =>
    readdirSync(parent)
      .filter((name) => pids.has(Number(/^artefacto-source-(\d+)-/.exec(name)?.[1])))
      .map((name) => `${parent}/${name}`),
  )
}

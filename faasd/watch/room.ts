import { join } from 'node:path'
import { type Disks, spaceOf } from '../../functions/build/room.ts'
import type { Box } from '../box.ts'
import { ask } from './ask.ts'

const LIMIT_MS = 3_000

/** The disks of engine and registry, as build is told of them; without what cannot be seen. */
export async function roomOf({ state, dockerSocket }: Box): Promise<Disks> {
  const folder = await engineFolder(dockerSocket)
  const engine = folder === undefined ? undefined : spaceOf(folder)
  const registry = spaceOf(join(state, 'registry'))
  return { ...(engine && { engine }), ...(registry && { registry }) }
}

/** Where the Docker Engine keeps its data; undefined where it does not answer. */
async function engineFolder(socketPath: string): Promise<string | undefined> {
  try {
    const { body } = await ask('http://docker/info', { socketPath, limitMs: LIMIT_MS })
    return (JSON.parse(body) as { DockerRootDir?: string }).DockerRootDir
  } catch {
    return undefined
  }
}

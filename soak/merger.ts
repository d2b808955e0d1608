import type { Event } from '../local/github/server.ts'
import type { Made } from './judge.ts'
import { mergeWithGit } from './merge-with-git.ts'
import type { Repository, Step, Told } from './plan.ts'
import type { World } from './world.ts'

const EVENTS: Record<Told, boolean | Event[]> = {
  both: true,
  twice: true,
  pull_request: ['pull_request'],
  push: ['push'],
  lost: false,
}

/** Does one step of the plan on the local GitHub, with the deliveries that follow from it. */
export async function make(world: World, { name, moving }: Repository, step: Step): Promise<Made> {
  const { kind, services, told } = step
  const { sha, deliveries } = await merged(world, name, step)
  if (told === 'twice') await Promise.all(deliveries.map((delivery) => world.github.redeliver(delivery)))
  return { repository: name, sha, kind, services, moving }
}

function merged(world: World, name: string, { kind, way, told, files }: Step) {
  const { github } = world
  if (kind === 'no merge') return github.push(name, { files, deliver: told !== 'lost' })
  if (way === 'git') return mergeWithGit(world, name, files, told !== 'lost')
  return github.merge(name, { files, method: way, deliver: EVENTS[told] })
}

import { join } from 'node:path'
import { recipeDigest } from '../ami/recipe/digest.ts'
import { amiHost } from '../faasd/watch/ami-host.ts'
import { askAmi } from '../functions/build/ami-service.ts'
import type { Address } from '../functions/build/request-disk.ts'
import { type Check, failed, hint, ok, skipped, warning } from '../functions/shared/check.ts'
import { dockerAt } from '../local/docker.ts'
import type { Place } from './place.ts'
import { signingSecret } from './secret.ts'

const LIMIT_MS = 3_000

/** What only this machine can see of the service ami: its container under npm start, and how old its recipe is. */
export async function lookAtAmi(place: Place, ours = recipeDigest()): Promise<Check[]> {
  if (place.kind === 'npm start') return lookAtStarted(place, ours)
  const host = place.box?.ami ? amiHost(place.box.box.faasd) : undefined
  return host === undefined ? [] : [await lookAtRecipe(place, ours, { host, port: 8080 })]
}

/** npm start always sets `ami_host`: where it has started no container of the service, nothing is broken. */
export function notStarted(check: Check): Check {
  if (check.fault !== 'ami_down') return check
  return hint(check.name, 'ami_none', 'its container has not been started: what needs a disk waits')
}

async function lookAtStarted(place: Place, ours: string): Promise<Check[]> {
  const name = 'ami container'
  const state = join(place.secrets, '..')
  const container = await containerOf(state)
  if (container === undefined) return []
  if (container.State !== 'running') return [failed(name, 'ami_down', `it is there: ${container.Status}`)]
  const recipe = await lookAtRecipe(place, ours, { socketPath: join(state, 'ami/share/ami.sock') })
  return [ok(name, `it is running: ${container.Status}`), recipe]
}

/** By the labels of local/ami.ts; none where the engine cannot be asked, which other lines say. */
async function containerOf(state: string): Promise<{ State: string; Status: string } | undefined> {
  const host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'
  const filters = { label: ['artefacto=ami', `artefacto.state=${state}`] }
  const found = await dockerAt(host, { timeout: LIMIT_MS })
    .listContainers({ all: true, filters })
    .catch(() => [])
  return found[0]
}

async function lookAtRecipe({ secrets }: Place, ours: string, address: Address): Promise<Check> {
  const name = 'ami recipe'
  try {
    const { recipe } = await askAmi(address, signingSecret(secrets, 'payload-secret') ?? '')
    if (recipe === ours) return ok(name, `that of this folder, ${short(ours)}`)
    const says = `disks are made by ${short(recipe)}, and this folder has ${short(ours)}`
    return warning(name, 'ami_old', says)
  } catch (error) {
    return skipped(name, (error as Error).message)
  }
}

function short(digest: string): string {
  return digest.slice(0, 19)
}

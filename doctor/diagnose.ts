import { type Check, skipped } from '../functions/shared/check.ts'
import { engineFolder } from '../local/engine-folder.ts'
import { lookAtAmi, notStarted } from './ami.ts'
import { lookThroughBuild } from './build.ts'
import { lookAtDisks } from './disks.ts'
import { lookAtBox } from './faasd.ts'
import { lookAtFunctions } from './functions.ts'
import { lookAtGateway } from './gateway.ts'
import { mendAt } from './mends.ts'
import { lookAtNode } from './node.ts'
import type { Place } from './place.ts'
import { lookAtSizes } from './sizes.ts'
import { lookAtWebhook } from './webhook.ts'

/** All checks of a place: what can be seen from here, and what build sees from where it stands. */
export async function diagnose(place: Place): Promise<Check[]> {
  const gateway = await lookAtGateway(place)
  const [box, ami, disks, behind] = await Promise.all([
    place.box === undefined ? [] : lookAtBox(place.box),
    lookAtAmi(place),
    lookAtDisksOf(place),
    gateway.state === 'failed' ? [hidden()] : lookBehind(place),
  ])
  const started = place.kind !== 'npm start' || ami.length > 0
  return [lookAtNode(process.versions.node), gateway, ...behind, ...box, ...ami, ...disks]
    .map((check) => (started ? check : notStarted(check)))
    .map((check) => mendAt(place, check))
}

async function lookAtDisksOf({ state, disks }: Place): Promise<Check[]> {
  if (state === undefined) return []
  return [...(await lookAtDisks([...disks, ...(await engineFolder())])), ...(await lookAtSizes(state))]
}

async function lookBehind(place: Place): Promise<Check[]> {
  const [functions, webhook, build] = await Promise.all([
    lookAtFunctions(place),
    lookAtWebhook(place),
    lookThroughBuild(place),
  ])
  return [functions, webhook, ...build]
}

function hidden(): Check {
  return skipped('functions', 'the gateway does not answer: what is behind it cannot be seen')
}

import { setTimeout as sleep } from 'node:timers/promises'
import { hostNodeImage } from '../local/base-image.ts'
import { openRegistryPart, ownEngine } from '../soak/parts.ts'
import { images, type Journey, REPOSITORY } from '../test/support/journey.ts'

const LONGER_MS = 20_000

/** Functions, registry and, where it is ours, the engine die in the middle of a build, and are there again: how soon it runs again. */
export async function killed(world: Journey): Promise<{ engineToo: boolean; ms: number }> {
  const { state, engine, stack } = world
  const registryPort = Number(new URL(stack.registry.url).port)
  const around = { state, engine, stack, registryPort, branch: 'develop', repositories: [], say: () => {} }
  const registry = openRegistryPart(around)
  const dockerd = ownEngine(state)
  const long = JSON.stringify(['node', '-e', `setTimeout(() => {}, ${LONGER_MS})`])
  const files = {
    ...images({ web: '9.0.0' }),
    'web/Dockerfile': `FROM ${await hostNodeImage(engine)}\nRUN ${long}\n`,
  }
  const { sha } = await world.github.merge(REPOSITORY, { files })
  const id = await world.id()
  const building = async () => {
    const record = await world.ledger.merge(id, sha).catch(() => undefined)
    return record?.state === 'building' && record
  }
  const before = await world.until('a build', building)
  await sleep(1_000)
  dockerd?.kill()
  for (const name of ['webhook', 'build', 'badge']) {
    const pid = stack.gateway.pid(name)
    if (pid) process.kill(pid, 'SIGKILL')
  }
  await registry.kill()
  // The engine first: whoever starts the registry looks for its image there.
  await dockerd?.start()
  await registry.start()
  const began = performance.now()
  while (((await building()) || before).attempt === before.attempt) await sleep(50)
  return { engineToo: dockerd !== undefined, ms: performance.now() - began }
}

import type { Delivery } from '../../local/github/server.ts'
import type { openRemote } from './remote-world.ts'
import { name, REPOSITORY } from './shop.ts'

type World = Awaited<ReturnType<typeof openRemote>>

/** By the status that one of our functions answers. */
const REMEDIES: Record<number, string> = {
  401: 'the secret in --secrets is not the one that the function has',
  403: 'deploy it with `repositories` empty, or with acme/* among them',
}

/** Makes sure that build sees the world's GitHub, and that what is delivered comes to build and to the registry. */
export async function checkMerges(world: World): Promise<void> {
  await checkSight(world)
  const repositoryId = await world.id()
  // While GitHub fails, a merge waits with a record that says so: proof of every part between, and nothing is built.
  world.github.faults.add({ match: `GET /repos/${REPOSITORY}`, status: 502 })
  const { sha, deliveries } = await world.github.push(REPOSITORY, { files: { 'README.md': 'more\n' } })
  for (const delivery of deliveries) checkDelivery(delivery)
  const reason = await world
    .until('a record', async () => (await world.ledger.merge(repositoryId, sha))?.reason)
    .catch(() => {
      throw new Error(
        'webhook took a delivery, and no record of it came to the registry: does the queue work, and do the functions have the registry of --registry?',
      )
    })
  if (!/GitHub answered 502/.test(reason)) throw new Error(`A merge cannot be built: ${reason}`)
}

/** Asks for a commit that is not there: who says so has looked. */
async function checkSight(world: World): Promise<void> {
  const ask = {
    service_name: name('none'),
    version: '1',
    type: 'Docker',
    repository: REPOSITORY,
    ref: 'no-such',
  }
  const answer = await world.call('/function/build', ask)
  const said = await answer.text()
  if (answer.status === 400 && said.includes('has no commit no-such')) return
  const remedy =
    REMEDIES[answer.status] ??
    `deploy it with github_api_url=${world.github.url}, an address that the functions must reach`
  throw new Error(
    `build does not see the local GitHub, it answers ${answer.status} ${said.trim()}: ${remedy}`,
  )
}

function checkDelivery({ status, response }: Delivery): void {
  if (status === 202) return
  const remedy = REMEDIES[status ?? 0] ?? 'deploy it with branch=develop, and see faas-cli logs webhook'
  throw new Error(
    `webhook does not take a delivery, it answers ${status ?? 'not'} ${response.trim()}: ${remedy}`,
  )
}

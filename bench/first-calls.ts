import { sign, signedGet } from '../functions/shared/signature.ts'
import type { Call, RunningHost } from '../test/local/host/running-host.ts'
import { images, type Journey, REPOSITORY, service } from '../test/support/journey.ts'
import type { Name } from './bundles.ts'

/** A request, and the status that it is answered with. */
export type FirstCall = Call & { path: string; status: number }

/**
 * What each function is asked first in life, after one merge: a signed delivery of GitHub's, a badge that is green, and
 * badge's own question for the log of a build, which is over.
 */
export async function firstCalls(world: Journey): Promise<Record<Name, FirstCall>> {
  const files = { ...images({ web: '1.0.0' }), ...service('web', 'first') }
  const { sha, deliveries } = await world.github.merge(REPOSITORY, { files })
  const delivery = deliveries.find(({ event }) => event === 'pull_request')
  const [merged] = (await world.ended(sha)).services
  if (delivery === undefined || merged?.state !== 'built') throw new Error('the first merge was not built')
  const { headers, body } = delivery
  const path = `/web/${merged.build}`
  const signature = sign(world.secret('payload-secret'), signedGet(path, 'from=0'))
  return {
    webhook: { method: 'POST', path: '/', headers, body, status: 202 },
    badge: { path: '/web.svg', status: 200 },
    build: { path: `${path}?from=0`, headers: { 'x-hub-signature-256': signature }, status: 404 },
  }
}

/** Asks it; throws where the answer is another one. */
export async function asked(host: RunningHost, { path, status, ...call }: FirstCall): Promise<void> {
  const answer = await host.call(path, call)
  if (answer.status !== status) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`)
}

import { createHash } from 'node:crypto'

/** An engine as the choice sees it: its address, and how many builds of ours it has. */
export type Candidate = { host: string; running: number }

/**
 * The engine that gets the next build of a service: the one with the fewest; among equals the one at `last`, which
 * built the service last and has its cache. Before anything is known each service has an order of engines of its own,
 * always the same (rendezvous hashing), so that a process that starts finds the caches again.
 */
export function chooseEngine<Engine extends Candidate>(
  engines: readonly Engine[],
  service: string,
  last?: string,
): Engine {
  const fewest = Math.min(...engines.map(({ running }) => running))
  const free = engines.filter(({ running }) => running === fewest)
  const weight = ({ host }: Engine) => createHash('sha256').update(`${host}\n${service}`).digest('hex')
  return (
    free.find(({ host }) => host === last) ??
    free.reduce((one, other) => (weight(other) > weight(one) ? other : one))
  )
}

import type { Files } from '../local/github/server.ts'
import { openRandom, type Random } from './random.ts'
import { filesOf, type Service } from './sources.ts'

/** What a merge does to its repository, and with it how it must end. */
export type Kind =
  | 'raised'
  | 'moved'
  | 'unchanged'
  | 'broken Dockerfile'
  | 'broken images.json'
  | 'broken disk'
  | 'taken'
  | 'no merge'

/** How the merge is made: the green button, its squash, or git itself. */
export type Way = 'merge' | 'squash' | 'git'

/** What GitHub tells of it: the events that it sends, all of them twice, or nothing (it was lost). */
export type Told = 'both' | 'pull_request' | 'push' | 'twice' | 'lost'

/** One step of a repository's history. `services` is what its images.json promises where it is usable. */
export type Step = {
  kind: Kind
  way: Way
  told: Told
  /** ms before it */
  pause: number
  files: Files
  services: Service[]
}

export type Repository = { name: string; services: string[]; moving: string | undefined }

/** Records of a repository's last 200 merges are kept: more repositories where there are more merges. */
const MERGES_EACH = 150
const WORDS = ['web', 'api', 'worker']
/** How often each kind comes, in hundred. */
const KINDS = {
  raised: 53,
  moved: 10,
  unchanged: 10,
  'broken Dockerfile': 8,
  'broken images.json': 5,
  taken: 6,
  'no merge': 8,
} satisfies Partial<Record<Kind, number>>

/**
 * At least 4 repositories with 9 services; in every second one the last service has a version that moves. The seed is
 * in their names: on an engine that others use, too, what is left behind must be told apart.
 */
export function repositoriesOf(seed: string, merges: number | undefined): Repository[] {
  const count = Math.max(4, Math.ceil((merges ?? 0) / MERGES_EACH))
  return Array.from({ length: count }, (_, index) => {
    const services = WORDS.slice(0, index === 0 ? 3 : 2).map((word) => `${word}-${index}`)
    return {
      name: `acme/soak-${runOf(seed)}-${index}`,
      services,
      moving: index % 2 === 1 ? services.at(-1) : undefined,
    }
  })
}

/** The seed as a part of a name. */
export function runOf(seed: string): string {
  return seed.toLowerCase().replace(/[^a-z0-9]/g, '-')
}

/** The endless history of one repository. It depends on the seed alone; its first step builds everything. */
export function* stepsOf(seed: string, repository: Repository): Generator<Step, never> {
  const random = openRandom(`${seed} ${repository.name}`)
  let services = repository.services.map((name) => ({
    name,
    version: name === repository.moving ? 'dev' : '1.0.0',
    content: `${name} 0`,
  }))
  const beginning = services.filter(({ version }) => version !== 'dev')
  let number = 0
  const first = { kind: 'raised', way: 'merge', told: 'both', pause: 0 } as const
  yield { ...first, services, files: filesOf(services, number) }
  const highest = new Map(services.map(({ name }) => [name, 0]))
  for (;;) {
    number += 1
    const kind = random.weighted({ ...KINDS, moved: repository.moving ? KINDS.moved : 0 })
    const good = next(random, repository, services, kind, number, highest)
    if (kind === 'raised' || kind === 'moved') services = good
    yield { ...how(random, kind), ...what(random, kind, services, good, number, beginning) }
  }
}

/** The services after a step that succeeds; what fails has raised a version, too, which is never used again. */
function next(
  random: Random,
  { moving }: Repository,
  services: Service[],
  kind: Kind,
  number: number,
  highest: Map<string, number>,
): Service[] {
  if (kind === 'moved')
    return services.map((one) => (one.name === moving ? { ...one, content: `${one.name} ${number}` } : one))
  if (kind !== 'raised' && kind !== 'broken Dockerfile') return services
  const raisable = random.shuffled(services.filter(({ name }) => name !== moving))
  const raised = raisable.slice(0, random.between(1, raisable.length)).map(({ name }) => name)
  return services.map((one) => {
    if (!raised.includes(one.name)) return one
    const minor = (highest.get(one.name) ?? 0) + 1
    highest.set(one.name, minor)
    return { ...one, version: `1.${minor}.0`, content: `${one.name} ${number}` }
  })
}

/** How a merge is made and told, and how long nothing happens before it. */
export function how(random: Random, kind: Kind): Pick<Step, 'kind' | 'way' | 'told' | 'pause'> {
  const way = kind === 'no merge' ? 'git' : random.weighted({ merge: 60, squash: 20, git: 20 })
  const ofGit = { both: 0, pull_request: 0, push: 70, twice: 10, lost: 20 }
  const ofButton = { both: 50, pull_request: 15, push: 5, twice: 10, lost: 20 }
  const told = random.weighted<Told>(way === 'git' ? ofGit : ofButton)
  return { kind, way, told, pause: random.between(0, 3_000) }
}

function what(
  random: Random,
  kind: Kind,
  services: Service[],
  good: Service[],
  number: number,
  beginning: Service[],
): Pick<Step, 'services' | 'files'> {
  if (kind === 'broken images.json')
    return { services: [], files: { ...filesOf(services, number), 'images.json': '[{"service_name":' } }
  if (kind === 'broken Dockerfile') {
    const broken = good.find((one, index) => one.version !== services[index]?.version)?.name
    const dockerfile = { [`${broken}/Dockerfile`]: 'FROM scratch\nCOPY not-there /\n' }
    return { services: good, files: { ...filesOf(good, number), ...dockerfile } }
  }
  if (kind === 'taken') {
    // The first versions: those stand, whatever of the later ones is still to be built.
    const { name, version } = random.pick(beginning)
    const other = services.map((one) =>
      one.name === name ? { name, version, content: `${name} ${number}` } : one,
    )
    return { services: other, files: filesOf(other, number) }
  }
  return { services: good, files: filesOf(good, number) }
}

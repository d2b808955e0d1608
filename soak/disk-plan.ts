import type { Files } from '../local/github/server.ts'
import { boxImages } from '../test/support/box-files.ts'
import { how, type Kind, type Repository, runOf, type Step } from './plan.ts'
import { openRandom } from './random.ts'
import { filesOf, type Service, textOf } from './sources.ts'

/** The files of a machine that shows a page; `runs`: whether it has a command at all. */
export type Machine = (page: string, runs: boolean) => Files

const BOX = 'box'
const BESIDE = 'beside'

/** What is merged, one after the other, again and again; `disk`: of which type the box is from then on. */
const ROUND: { kind: Kind; disk: boolean }[] = [
  { kind: 'raised', disk: true },
  { kind: 'broken disk', disk: true },
  { kind: 'unchanged', disk: true },
  { kind: 'raised', disk: false },
]

/** One repository more: with a service of type AMI, and one of type Docker beside it. */
export function diskRepository(seed: string): Repository {
  return { name: `acme/soak-${runOf(seed)}-disk`, services: [BOX, BESIDE], moving: undefined }
}

/** Its endless history, by the seed alone; the first step builds everything. */
export function* diskStepsOf(seed: string, machine: Machine): Generator<Step, never> {
  const random = openRandom(`${seed} disk`)
  let services = raised(0, true)
  const first = { kind: 'raised', way: 'merge', told: 'both', pause: 0 } as const
  yield { ...first, services, files: files(services, 0, machine, true) }
  for (let number = 1; ; number += 1) {
    const { kind, disk } = ROUND[(number - 1) % ROUND.length] as (typeof ROUND)[number]
    const next = kind === 'unchanged' ? services : raised(number, disk)
    const runs = kind !== 'broken disk'
    yield { ...how(random, kind), services: next, files: files(next, number, machine, runs) }
    if (runs) services = next
  }
}

/** Whether a disk is made for it. */
export function makesDisk({ kind, services }: Step): boolean {
  return kind === 'raised' && services.some(({ disk }) => disk)
}

function raised(number: number, disk: boolean): Service[] {
  const version = `1.${number}.0`
  return [
    { name: BOX, version, content: `${BOX} ${number}`, disk },
    { name: BESIDE, version, content: `${BESIDE} ${number}` },
  ]
}

function files(services: Service[], number: number, machine: Machine, runs: boolean): Files {
  const [box, beside] = services as [Service, Service]
  const others = { [beside.name]: beside.version }
  const docker = filesOf(services, number)
  const images = box.disk ? boxImages(box.version, others) : {}
  return { ...docker, ...machine(textOf(box.content).trimEnd(), runs), ...images }
}

import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isFinal, type MergeRecord } from '../../../functions/shared/merge-record.ts'
import { keepCredentials } from '../../../kubernetes/credentials.ts'
import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { keepObjects } from '../../../kubernetes/objects.ts'
import { REGISTRY } from '../../../kubernetes/settings.ts'
import { run, runs } from '../../build/engine-stage.ts'
import { images, name, REPOSITORY } from '../../support/shop.ts'
import { eventually } from './daemon.ts'
import type { Played } from './functions.ts'
import { BASE, engineThatRuns } from './reach.ts'

const END_MS = 400_000

const SLEEP = `setTimeout(() => console.log('slept'), 15000)`
const LARGE = `require('fs').writeFileSync('/large', require('crypto').randomBytes(150000000))`

export type Surroundings = {
  kubectl: Kubectl
  world: Played
  folder: string
  overlay: string
  credentials: string
  engines: number
}
/** `mark` is in the command line of the RUN step. */
type Strike = (around: Surroundings, mark: string) => Promise<unknown>

async function deleteEngine(
  { kubectl, engines }: Surroundings,
  mark: string,
  ...more: string[]
): Promise<void> {
  const pod = `engine-${await engineThatRuns(kubectl, mark, engines)}`
  await kubectl(['--namespace', 'artefacto-engine', 'delete', 'pod', pod, ...more])
}

/** Something that happens in the middle of a merge, and what is looked at when it is over. */
export const FAULTS: {
  title: string
  script: string
  when: 'building' | 'pushing'
  strike: Strike
}[] = [
  {
    title: 'engine pod deleted mid-build',
    script: SLEEP,
    when: 'building',
    strike: (around, mark) => deleteEngine(around, mark),
  },
  {
    title: 'engine pod killed mid-build (grace period 0)',
    script: SLEEP,
    when: 'building',
    strike: (around, mark) => deleteEngine(around, mark, '--grace-period=0', '--force'),
  },
  {
    title: '`build` rolled out mid-build',
    script: SLEEP,
    when: 'building',
    strike: ({ world }) => world.restartBuild(),
  },
  {
    title: 'certificates of engine and `build` renewed mid-build',
    script: SLEEP,
    when: 'building',
    async strike({ kubectl, overlay, credentials }) {
      for (const file of ['certs/docker-server.crt', 'secrets/docker-cert']) rmSync(join(credentials, file))
      await keepCredentials(credentials, REGISTRY)
      await keepObjects(kubectl, overlay)
    },
  },
  {
    title: 'registry pod killed mid-push',
    script: LARGE,
    when: 'pushing',
    strike: ({ kubectl }) =>
      kubectl([
        ...['--namespace', 'artefacto', 'delete', 'pod', '--selector', 'app.kubernetes.io/name=registry'],
        ...['--grace-period=0', '--force'],
      ]),
  },
  {
    title: 'catch-up twice at once mid-build',
    script: SLEEP,
    when: 'building',
    strike: ({ world }) => Promise.all([1, 2].map(() => world.call('/function/build', { catch_up: true }))),
  },
]

/** Merges a slow service, strikes while it is built or pushed, and gives the record that stands in the end. */
export async function struck(
  fault: (typeof FAULTS)[number],
  number: number,
  around: Surroundings,
): Promise<{ record: MergeRecord; seconds: number; message: string }> {
  const { world, folder } = around
  const service = name(`fault-${number}`)
  const files = {
    ...images({ [service]: '1.0.0' }),
    [`${service}/Dockerfile`]: `FROM ${BASE}\n${run(`${fault.script} // ${service}`)}`,
  }
  const { sha } = await world.github.merge(REPOSITORY, { files })
  const started = performance.now()
  const repositoryId = await world.id()
  // A RUN step of this node is a process that is seen from here.
  await eventually(fault.when, async () => (fault.when === 'building' ? runs(service) : uploading(folder)))
  await fault.strike(around, service)
  const record = await eventually(
    'the end of the merge',
    async () => {
      const found = await world.ledger.merge(repositoryId, sha)
      return found !== undefined && isFinal(found) && found
    },
    END_MS,
  )
  const seconds = (performance.now() - started) / 1000
  const { message } = await world.badge(service, /.*/)
  if (record.state === 'built') await ensureOnce(world, service)
  return { record, seconds, message }
}

/** Whether a layer is on its way into the registry's volume. */
function uploading(folder: string): boolean {
  return readdirSync(join(folder, 'volumes'), { recursive: true, encoding: 'utf8' }).some((path) =>
    /_uploads\/[^/]+\/data$/.test(path),
  )
}

/** The version that was merged, and no other tag. */
async function ensureOnce(world: Played, service: string): Promise<void> {
  const tags = await world.registry.tags(service)
  if (tags.join() !== '1.0.0') throw new Error(`${service} has the tags ${tags.join()}`)
}

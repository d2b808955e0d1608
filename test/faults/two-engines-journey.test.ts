import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import type { Files } from '../../local/github/server.ts'
import { run } from '../build/engine-stage.ts'
import { images, REPOSITORY, service } from '../support/journey.ts'
import { canHaveOwnEngine, type OwnEngine, openOwnEngine } from '../support/own-engine.ts'
import { processesOf } from '../support/processes-of.ts'
import { type FaultWorld, openFaultWorld, type Promised } from './fault-world.ts'

const EIGHT = ['basket', 'billing', 'catalogue', 'mail', 'orders', 'search', 'users', 'web']

const two = suite('two Docker Engines')
const may = canHaveOwnEngine()
const test = may ? two : two.skip
let world: FaultWorld
let second: OwnEngine
let base: string
let round = 0

two.before(async () => {
  if (!may) return
  second = await openOwnEngine()
  const build = { docker_host: `${process.env.DOCKER_HOST} ${second.host}`, max_builds: '1' }
  world = await openFaultWorld({ build })
  base = await hostNodeImage(world.engine)
  assert.is(await second.base(), base)
})
two.after(async () => {
  if (!may) return
  await world.close()
  await second.close()
})

/** Merges the next version of these services; each runs `script` as it is built. */
async function merge(names: string[], script?: (name: string) => string): Promise<Promised> {
  round += 1
  const versions = Object.fromEntries(names.map((name) => [name, `1.${round}.0`]))
  const files: Files = images(versions)
  for (const name of names) {
    Object.assign(files, service(name, `${name} ${round}`))
    const step = script && run(script(name))
    if (step) files[`${name}/Dockerfile`] = `FROM ${base}\n${step}COPY content /\n`
  }
  return { sha: (await world.github.merge(REPOSITORY, { files })).sha, versions }
}

/** Merges two services that are built for some seconds, and waits until both are: each on an engine of its own. */
async function mergeBusy(): Promise<Promised & { mark: string }> {
  const mark = `mark-${process.pid}-${round}`
  const merged = await merge(['api', 'web'], (name) => `setTimeout(() => {}, 8_000, '${mark}-${name}')`)
  for (const name of ['api', 'web'])
    await world.until(`the RUN of ${name}`, async () => processesOf(`${mark}-${name}`).length > 0)
  return { ...merged, mark }
}

/** The engines that each service was built on, in the order of its tries, by its log. */
async function engines({ sha }: Promised): Promise<Record<string, string[]>> {
  const { services } = await world.ended(sha)
  const found = services.map(async ({ name, build }) => {
    const log = await (await world.page(`${name}/builds/${build}.log`)).text()
    return [
      name,
      [...log.matchAll(/^on the Docker Engine at (\S+)$/gm)].map(([, host = '']) => host),
    ] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

/** All as it should be, of the second engine, too. */
async function judge(merged: Promised): Promise<void> {
  const { attempt } = await world.judge(merged)
  assert.is(attempt, 1)
  const left = async () =>
    (await dockerAt(second.host).listImages()).flatMap(({ RepoTags }) =>
      (RepoTags ?? []).filter((tag) => tag.startsWith(world.host)),
    )
  await world.until('nothing of ours in the second engine', async () => (await left()).length === 0)
}

test('share eight services', async () => {
  const merged = await merge(EIGHT)
  await judge(merged)
  const used = Object.values(await engines(merged))
  assert.ok(used.every(({ length }) => length === 1))
  assert.equal([...new Set(used.flat())].sort(), [process.env.DOCKER_HOST as string, second.host].sort())
})

/** Two services, and the second engine is harmed in the middle: the first builds both, in the same attempt. */
async function outlives(harm: () => void | Promise<void>): Promise<void> {
  const merged = await mergeBusy()
  await harm()
  const { state, attempt, reason } = await world.ended(merged.sha)
  assert.equal([state, attempt], ['built', 1], reason)
  const [one = [], other = []] = Object.values(await engines(merged)).sort((a, b) => a.length - b.length)
  assert.equal([one, other], [[world.engine.host], [second.host, world.engine.host]])
}

test('of which one is killed in a build: the other builds that, too, until it is back', async () => {
  await outlives(second.kill)
  const next = await merge(EIGHT)
  await world.ended(next.sha)
  assert.equal([...new Set(Object.values(await engines(next)).flat())], [world.engine.host])
  await second.start()
  await world.until('the second engine is back', async () => {
    await world.ended((await merge(['web'])).sha)
    return world.lines.some((line) => line.includes('engine_back'))
  })
  const last = await merge(EIGHT)
  await judge(last)
  assert.is(new Set(Object.values(await engines(last)).flat()).size, 2)
})

test('of which one is shut down in a build: that is no fault of the repository either', async () => {
  await outlives(second.stop)
  await second.start()
})

test('lose nothing where build is rolled out while both are busy', async () => {
  const merged = await mergeBusy()
  await world.stack.gateway.restart('build')
  await world.recovered(merged)
  await world.judge(merged)
})
two.run()

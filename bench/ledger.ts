import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hostNodeImage } from '../local/base-image.ts'
import type { Files } from '../local/github/server.ts'
import { openRegistryPart, ownEngine } from '../soak/parts.ts'
import { freePort } from '../test/support/free-port.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../test/support/journey.ts'
import { covered, startTap, type Tapped } from './tap.ts'

/** Merges of each kind; the first of each is thrown away. */
const QUICK = 9
const SLOW = 3
const SLOW_MS = 10_000

const LEDGER = /\/v2\/(?:merges|builds)\//

/** What the ledger costs a merge, what an idle repository costs GitHub, and how soon what was lost is found. */
async function main(): Promise<void> {
  const [registryTap, githubTap] = [await freePort(), await freePort()]
  let registryPort = 0
  const world = await openJourney((around) => {
    registryPort = around.registryPort
    return {
      build: {
        registry_url: `https://127.0.0.1:${registryTap}`,
        github_api_url: `http://127.0.0.1:${githubTap}`,
        repositories: REPOSITORY,
      },
    }
  })
  const file = (name: string) => readFileSync(join(world.state.certs, name))
  const identity = { cert: file('registry.crt'), key: file('registry.key'), ca: file('ca.crt') }
  const registry = await startTap(registryTap, registryPort, identity)
  const github = await startTap(githubTap, Number(new URL(world.github.url).port))
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_bench')
  try {
    await ledger(world, registry.calls)
    await lost(world)
    await killed(world, registryPort)
    await idle(world, github.calls)
  } finally {
    registry.close()
    github.close()
    await world.close()
  }
}

async function ledger(world: Journey, calls: Tapped[]): Promise<void> {
  const slow = `FROM ${await hostNodeImage(world.engine)} AS work
RUN ["node", "-e", "fs.writeFileSync('/result', process.argv[1]); setTimeout(() => {}, ${SLOW_MS})", "VERSION"]
FROM scratch
COPY --from=work /result /
`
  const quickly = await merges(world, calls, QUICK, (version) => ({ web: service('web', version) }), '1')
  tell('a build of a moment', quickly)
  const both = (version: string) => ({ web: service('web', version), api: service('api', version) })
  tell('two of them in one merge', await merges(world, calls, QUICK, both, '2'))
  const dockerfile = (version: string) => ({
    web: { 'web/Dockerfile': slow.replace('VERSION', version) },
  })
  tell(`a build of ${SLOW_MS / 1000} s`, await merges(world, calls, SLOW, dockerfile, '3'))
}

type Cost = {
  whole: number
  ledger: number
  ofService: number
  tags: number
  ofMerge: number
  calls: number
  head: number
}

async function merges(
  world: Journey,
  calls: Tapped[],
  runs: number,
  files: (version: string) => Record<string, Files>,
  major: string,
): Promise<Cost[]> {
  const costs: Cost[] = []
  for (let run = 0; run <= runs; run += 1) {
    const version = `${major}.${run}.0`
    const services = files(version)
    const names = Object.keys(services)
    const all = Object.assign(
      images(Object.fromEntries(names.map((name) => [name, version]))),
      ...Object.values(services),
    )
    calls.length = 0
    const { sha } = await world.github.merge(REPOSITORY, { files: all })
    const record = await world.ended(sha)
    if (record.state !== 'built') throw new Error(record.reason)
    // Whoever asked saw the record before the answer to its writer had passed.
    await sleep(200)
    if (run > 0) costs.push({ ...costOf(calls, sha, names.length), head: await headOf(world, sha) })
  }
  return costs
}

/** Of one merge: from the first word of its record to the last. */
function costOf(calls: Tapped[], sha: string, services: number): Omit<Cost, 'head'> {
  const own = calls.filter(({ line }) => line.includes(sha) && line.includes('/merges/'))
  const began = Math.min(...own.map((call) => call.began))
  const puts = calls.filter(({ line }) => line.startsWith('PUT') && line.includes('/manifests/'))
  const ended = Math.max(...puts.filter(({ line }) => line.includes('/merges/')).map((call) => call.ended))
  const inside = calls.filter((call) => LEDGER.test(call.line) && call.began >= began && call.ended <= ended)
  const written = (expression: RegExp) => puts.filter(({ line }) => expression.test(line)).length
  return {
    whole: ended - began,
    ledger: covered(inside),
    ofService: written(/\/builds\/[^/]+\/manifests\/\d/) / services,
    tags: written(/\/builds\//) / services,
    ofMerge: written(/\/merges\/\d+\/manifests\/[0-9a-f]{40}$/),
    calls: inside.length,
  }
}

/** What one question costs the registry right now, in ms: how busy the machine is. */
async function headOf(world: Journey, sha: string): Promise<number> {
  const began = performance.now()
  const repository = `merges/${await world.id()}`
  for (let run = 0; run < 5; run += 1) await world.registry.head(repository, sha)
  return (performance.now() - began) / 5
}

function tell(what: string, costs: Cost[]): void {
  const [whole, time] = [median(costs.map((cost) => cost.whole)), median(costs.map((cost) => cost.ledger))]
  const one = (key: keyof Cost) => median(costs.map((cost) => cost[key]))
  console.log(
    `${what}: ledger ${Math.round(time)} ms of ${Math.round(whole)} ms, ${((100 * time) / whole).toFixed(1)} %; ` +
      `${one('ofService')} records written a service (${one('tags')} tags), ${one('ofMerge')} of the merge, ${one('calls')} calls; one HEAD takes ${one('head').toFixed(1)} ms`,
  )
}

/** What one catch-up asks GitHub about a repository in which nothing has happened. */
async function idle(world: Journey, calls: Tapped[]): Promise<void> {
  const counts: number[] = []
  let paid = 0
  for (let run = 0; run < 3; run += 1) {
    calls.length = 0
    const before = Date.now()
    await world.until('a catch-up that is due', async () => {
      if (Date.now() - before < 51_000) await sleep(51_000 - (Date.now() - before))
      const answer = await world.call('/function/build', { catch_up: true })
      return !(await answer.text()).includes('note')
    })
    counts.push(calls.length)
    paid += calls.filter(({ status }) => status !== 304).length
  }
  console.log(
    `an idle repository: ${counts.join(', ')} questions to GitHub in each of three catch-ups, ${paid} of them paid`,
  )
}

/** A merge that nobody tells of, with nothing but the timer. */
async function lost(world: Journey): Promise<void> {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '4.0.0' }), ...service('web', 'lost') },
    deliver: false,
  })
  const began = performance.now()
  const id = await world.id()
  await world.until('the catch-up', () => world.ledger.merge(id, sha))
  console.log(`a merge that nobody told of: found after ${seconds(began)} s; the timer's period is 60 s`)
  await world.ended(sha)
}

/** Functions, registry and engine die in the middle of a build, and are there again. */
async function killed(world: Journey, registryPort: number): Promise<void> {
  const { state, engine, stack } = world
  const part = openRegistryPart({
    state,
    engine,
    stack,
    registryPort,
    branch: 'develop',
    repositories: [],
    say: () => {},
  })
  const dockerd = ownEngine(state)
  const base = await hostNodeImage(engine)
  const files = {
    ...images({ web: '5.0.0' }),
    'web/Dockerfile': `FROM ${base}\nRUN ["node", "-e", "setTimeout(() => {}, 20000)"]\n`,
  }
  const { sha } = await world.github.merge(REPOSITORY, { files })
  const id = await world.id()
  const building = async () => {
    const record = await world.ledger.merge(id, sha).catch(() => undefined)
    return record?.state === 'building' && record
  }
  const before = await world.until('a build', building)
  await sleep(2_000)
  dockerd?.kill()
  for (const name of ['webhook', 'build', 'badge']) {
    const pid = stack.gateway.pid(name)
    if (pid) process.kill(pid, 'SIGKILL')
  }
  await part.kill()
  await sleep(1_000)
  // The engine first: whoever starts the registry looks for its image there.
  await dockerd?.start()
  await part.start()
  const began = performance.now()
  while (((await building()) || before).attempt === before.attempt) await sleep(50)
  const engineToo = dockerd ? ', engine' : ' (the engine is not ours to kill)'
  console.log(
    `functions, registry${engineToo} killed in a build: it runs again ${seconds(began)} s after they were there; the period is 60 s`,
  )
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(1)
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

await main()

import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { acceptMerge } from '../../functions/build/accept-merge.ts'
import { cancelMerge } from '../../functions/build/cancel-merge.ts'
import { catchUp } from '../../functions/build/catch-up.ts'
import { readConfig } from '../../functions/build/config.ts'
import { openAccess } from '../../functions/build/github-access.ts'
import { openGrants } from '../../functions/build/grants.ts'
import { openKeptSources } from '../../functions/build/kept-source.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { openRoom } from '../../functions/build/room.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { MergeRequest } from '../../functions/shared/build-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Reply } from '../../functions/shared/http.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import type { RegistryCall } from '../../functions/shared/registry-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { NO_SOURCES } from '../build/no-sources.ts'
import { generator } from '../shared/mutated.ts'
import { enginesOf } from '../support/engines-of.ts'
import { playedDisks } from './played-disks.ts'
import { PLAYED_REGISTRY, playedEngine } from './played-engine.ts'
import { type PlayedRepository, playedGithub } from './played-github.ts'
import { quickRegistry } from './quick-registry.ts'
import type { Ami, Happening } from './story.ts'

/** `writes` of the registry from now, a process ends or one write fails, done all the same (`written`) or not. */
type Fuse = { kind: 'kill' | 'break'; writes: number; written: boolean }

const NO_SECRET_MATTERS: Secrets = {
  find: async () => 'x',
  need: async () => 'x',
  rotating: async () => ['x'],
}

/** build's modules remember repositories by name for as long as a process lives: each world has names of its own. */
let worlds = 0

/**
 * GitHub, two engines and a registry, all in memory, and one process of build after another; the real use cases.
 * `listening`: the operator wants to be told of merges; `branch` is the setting of that name.
 */
export function playedWorld(seed: number, listening = false, branch = 'develop') {
  worlds += 1
  const next = generator(seed)
  const repositories: PlayedRepository[] = [0, 1].map((index) => ({
    id: worlds * 10 + index,
    fullName: `acme/shop-${worlds}-${index}`,
    merges: [],
  }))
  const quick = quickRegistry()
  const engines = [playedEngine(quick), playedEngine(quick)]
  const gone = new Set<number>()
  let clock = Date.parse('2026-11-22T18:00:00Z') / 1000
  let uptime = 0
  let fuse: Fuse | undefined
  let ami: Ami = 'well'
  const heard = new Set<string>()
  let running = open()

  function open() {
    const process = { alive: true }
    const gate = async () => {
      await turns(next(4))
      if (!process.alive) throw new Failure('registry_down', 'this process has been killed')
    }
    const perform = async (name: string, call: RegistryCall) => {
      await gate()
      if (call.method === 'GET' || call.method === 'HEAD' || !fuse || fuse.writes-- > 0)
        return quick.perform(name, call)
      const { kind, written } = fuse
      fuse = undefined
      if (written) await quick.perform(name, call)
      if (kind === 'kill') process.alive = false
      throw new Failure('registry_down', kind)
    }
    const registry = openRegistry(perform)
    const works = openWorks()
    const seen = engines.map((engine, which) => {
      const reached = async () => {
        await gate()
        if (gone.has(which)) throw new Failure('engine_down')
      }
      return [`engine-${which}`, engine.seenThrough(reached)]
    })
    const config = readConfig({
      branch,
      registry: PLAYED_REGISTRY,
      repositories: repositories.map(({ fullName }) => fullName).join(),
    })
    const shop: Workshop = {
      config,
      secrets: NO_SECRET_MATTERS,
      access: openAccess(config, NO_SECRET_MATTERS, { now: Date.now, uptime: () => 0 }),
      github: playedGithub(repositories, gate),
      sources: NO_SOURCES,
      publicSources: NO_SOURCES,
      engines: enginesOf(Object.fromEntries(seen), { works, uptime: () => uptime, maxBuilds: 1 }),
      keptSources: openKeptSources(),
      toldTimes: openToldTimes(),
      registry,
      ledger: openLedger(registry, config.branches),
      works,
      room: openRoom(() => uptime),
      statuses: { tell: () => {}, show: () => {}, retry: () => {}, untold: async () => undefined },
      notices: {
        wanted: async () => listening,
        tell: ({ sha, finished, notice }) => {
          if (process.alive && notice) heard.add(`${sha} ${finished}: ${notice}`)
        },
      },
      metrics: openMetrics(),
      disks: playedDisks(gate, () => ami),
      cloud: async () => undefined,
      dating: pLimit(1),
      grants: openGrants(config, NO_SECRET_MATTERS),
      publishing: pLimit(1),
      tellBadge: async () => {},
      now: () => clock * 1000,
      uptime: () => uptime,
    }
    return { process, shop }
  }

  /** A process that has died is followed by the next one, which takes up what it finds. */
  async function catchingUp(): Promise<void> {
    if (!running.process.alive) running = open()
    await catchUp(running.shop).catch(() => {})
  }

  async function tell(repository: PlayedRepository, index: number, as: 'pull' | 'push' | 'cancel') {
    const merge = repository.merges[index]
    if (!merge || !running.process.alive) return
    const claim = { repository_id: repository.id, repository: repository.fullName, sha: merge.sha }
    if (as === 'cancel') return cancelMerge(running.shop, { ...claim, cancel: true }).catch(() => {})
    const request = as === 'pull' ? { ...claim, pull_request: merge.number } : claim
    await acceptMerge(running.shop, request).catch(() => {})
  }

  /** The operator deploys with other branches. */
  async function deploy(branches: string): Promise<void> {
    branch = branches
    running.process.alive = false
    // As long as build's modules remember which branches were not there.
    uptime += 600_000
    await catchingUp()
  }

  async function forward(repository: PlayedRepository, told: boolean): Promise<void> {
    const merge = repository.merges.at(-1)
    if (merge === undefined) return
    repository.main = repository.merges.length - 1
    if (told && running.process.alive) await claim(repository, merge.sha, { branch: 'main' }).catch(() => {})
  }

  /** A claim as webhook makes it, whether it is true or not. */
  function claim(
    { id, fullName }: PlayedRepository,
    sha: string,
    more: Partial<MergeRequest>,
  ): Promise<Reply> {
    return acceptMerge(running.shop, { repository_id: id, repository: fullName, sha, ...more })
  }

  async function happen(what: Happening): Promise<void> {
    if (what.kind === 'kill' || what.kind === 'break') fuse = { ...what }
    if (what.kind === 'pause') await turns(what.turns)
    if (what.kind === 'ami') ami = what.is
    if (what.kind === 'engine') gone[what.gone ? 'add' : 'delete'](what.which)
    if (what.kind === 'catch-up') await catchingUp()
    if (what.kind === 'forward') await forward(repositories[what.repository] as PlayedRepository, what.told)
    if (what.kind === 'told')
      for (const repository of repositories) await tell(repository, what.which, what.as)
    if (what.kind !== 'merge') return
    clock += what.later
    const repository = repositories[what.repository] as PlayedRepository
    const number = repository.merges.length + 1
    const sha = createHash('sha1').update(`${repository.fullName} ${number}`).digest('hex')
    repository.merges.push({ sha, seconds: clock, number, squash: what.squash, services: what.services })
    if (what.told !== 'nobody') await tell(repository, number - 1, what.told)
  }

  /** Whatever was begun comes to its end; hours pass until nothing is left to be done, at most `rounds` of them. */
  async function settle(rounds: number): Promise<void> {
    fuse = undefined
    ami = 'well'
    gone.clear()
    for (let round = 0; round < rounds; round += 1) {
      while (repositories.some(({ id }) => running.shop.works.records(id).length > 0)) await turns(1)
      clock += 7_200
      uptime += 7_200_000
      await catchingUp()
    }
    while (repositories.some(({ id }) => running.shop.works.records(id).length > 0)) await turns(1)
  }

  const images = engines.map((engine) => engine.images)
  return { repositories, quick, images, heard, happen, claim, deploy, settle }
}

export type PlayedWorld = ReturnType<typeof playedWorld>

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { see } from '../../functions/badge/see.ts'
import { standingDisk } from '../../functions/build/disk-manifest.ts'
import { isOf } from '../../functions/shared/branches.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { isFinal, type MergedService, type MergeRecord } from '../../functions/shared/merge-record.ts'
import { openRegistry, type Registry } from '../../functions/shared/registry.ts'
import { type PlayedWorld, playedWorld } from './played-world.ts'
import { trying } from './seed.ts'
import { happening } from './story.ts'

const SERVICES = ['web', 'api']

const BRANCHES = ['develop', 'main'] as const

/** Hours of catch-ups within which everything has to end. */
const ROUNDS = 6

// What goes wrong here is meant to, and each of it is a line of the log.
process.stderr.write = () => true

const interleaving = suite('merges in any order, with processes killed and writes broken at any moment')
interleaving('all end, every version is one digest for ever, and the badge tells what stands', async () => {
  const story = fc.array(happening, { minLength: 1, maxLength: 25, size: 'max' })
  await fc.assert(
    fc.asyncProperty(fc.nat(), story, async (seed, happenings) => {
      const world = playedWorld(seed, true, BRANCHES.join(' '))
      const registry = openRegistry(world.quick.perform)
      // Connected while nothing is wrong: where a repository starts decides which merges are ours.
      for (const repository of [0, 1])
        await world.happen({
          kind: 'merge',
          repository,
          services: [],
          squash: false,
          told: 'nobody',
          later: 1,
        })
      await world.happen({ kind: 'catch-up' })
      await world.settle(0)
      for (const happening of happenings) {
        await world.happen(happening)
        await nothingGreenThatIsNotThere(registry)
      }
      await world.settle(ROUNDS)
      const merges = await everyMergeIsOver(world, registry)
      everyEndIsTold(world, merges)
      onlyWhatIsMovedOnIsSuperseded(world, merges)
      await everyVersionIsAPromise(world, registry, merges)
      await everyDiskIsOfItsImage(registry, merges)
      await whatCameToMainIsThere(world, registry, merges)
      await nothingIsLeft(world)
    }),
    trying(25),
  )
})
interleaving.run()

async function nothingGreenThatIsNotThere(registry: Registry): Promise<void> {
  for (const service of SERVICES) {
    const ledger = openLedger(registry)
    const { color, message } = await see({ ledger, registry }, service)
    if (color !== 'green') continue
    const { type } = (await ledger.published(service)) ?? {}
    for (const tag of type === 'AMI' ? [message, `${message}-ami`] : [message])
      assert.ok(await registry.head(service, tag), `${service}:${tag} is not there`)
  }
}

async function everyMergeIsOver(world: PlayedWorld, registry: Registry): Promise<MergeRecord[]> {
  const ledger = openLedger(registry)
  const records: MergeRecord[] = []
  for (const { id, merges } of world.repositories) {
    for (const { sha, number } of merges.slice(1)) {
      const record = await ledger.merge(id, sha)
      assert.ok(record && isFinal(record), `merge ${number} of ${id} is ${record?.state}: ${record?.reason}`)
      records.push(record)
    }
    const times = records.filter(({ repositoryId }) => repositoryId === id).map(({ time = 0 }) => time)
    const ordered = [...new Set(times)].sort((a, b) => a - b)
    same(times.join(), ordered.join(), 'times of merges')
  }
  return records
}

/** Whichever process it was that ended it, and however many died before they had told it. */
function everyEndIsTold({ heard }: PlayedWorld, merges: MergeRecord[]): void {
  for (const { sha, finished, notice, state } of merges)
    assert.ok(
      state === 'superseded' || heard.has(`${sha} ${finished}: ${notice}`),
      `${sha} ended ${finished}: nobody was told`,
    )
}

async function everyVersionIsAPromise(world: PlayedWorld, registry: Registry, merges: MergeRecord[]) {
  for (const [tag, digests] of world.quick.history)
    if (/^(web|api):1\./.test(tag)) same(digests.size, 1, `images that ${tag} has been`)
  for (const service of SERVICES) {
    const owner = await openLedger(registry).owner(service)
    const ours = merges
      .filter(({ repositoryId }) => repositoryId === owner?.repositoryId)
      .sort((a, b) => (a.time ?? 0) - (b.time ?? 0))
    const named = (record: MergeRecord) => record.services.find(({ name }) => name === service)
    const promised = promisesOf(world, ours, service)
    for (const [version, digest] of promised)
      same(await registry.head(service, version), digest, `${service}:${version}`)
    const newest = ours.at(-1)
    const last = newest && named(newest)
    const seen = await see({ ledger: openLedger(registry), registry }, service)
    const shown = `${service} is ${seen.color}: ${seen.message}`
    if (newest?.state === 'built' && last) same(shown, `${service} is green: ${last.version}`, 'the badge')
    else assert.ok(seen.color !== 'blue', shown)
  }
}

/** Whatever it would have moved, a newer merge of the repository was to move. */
function onlyWhatIsMovedOnIsSuperseded({ repositories }: PlayedWorld, merges: MergeRecord[]): void {
  const named = repositories.flatMap((repository) => repository.merges)
  const moves = ({ sha }: MergeRecord) =>
    (named.find((one) => one.sha === sha)?.services ?? []).flatMap(({ name, version, type, tagged }) =>
      [version, ...(type ? [`${version}-ami`] : []), ...(tagged ? ['latest'] : [])].map(
        (tag) => `${name}:${tag}`,
      ),
    )
  for (const older of merges.filter(({ state }) => state === 'superseded')) {
    const newer = merges.filter(
      ({ repositoryId, time = 0 }) => repositoryId === older.repositoryId && time > (older.time ?? 0),
    )
    const wanted = moves(older)
    const moved = newer.some((one) => wanted.every((tag) => moves(one).includes(tag)))
    assert.ok(moved && !wanted.some((tag) => /:1/.test(tag)), `${older.sha} was superseded: ${wanted}`)
  }
}

/** What versions and tags of a service are to be after these merges, oldest first: `1` goes by the numbers. */
function promisesOf({ repositories }: PlayedWorld, merges: MergeRecord[], service: string) {
  const merged = repositories.flatMap((repository) => repository.merges)
  const promised = new Map<string, string | undefined>()
  let highest = ''
  for (const { sha, state, services } of merges) {
    const { version = '', digest } = services.find(({ name }) => name === service) ?? {}
    if (state !== 'built' || version === '') continue
    promised.set(version, digest)
    const { services: named = [] } = merged.find((one) => one.sha === sha) ?? {}
    if (!named.find(({ name }) => name === service)?.tagged) continue
    promised.set('latest', digest)
    if (version === 'dev' || version < highest) continue
    highest = version
    promised.set('1', digest)
  }
  return promised
}

/** Its badge goes by the last merge that it was forwarded to, and by nothing that it was not. */
async function whatCameToMainIsThere(world: PlayedWorld, registry: Registry, all: MergeRecord[]) {
  const ledger = openLedger(registry, BRANCHES)
  for (const { id, main = -1, merges } of world.repositories) {
    const newest = await ledger.newest(id, 'main')
    same(newest?.sha, merges[main]?.sha, `the newest of main in ${id}`)
    const beyond = merges.slice(main + 1).map(({ sha }) => sha)
    const wrong = all.find((record) => isOf(record, 'main') && beyond.includes(record.sha))
    assert.ok(wrong === undefined, `${wrong?.sha} never came to main`)
  }
  for (const service of SERVICES) {
    const published = await ledger.published(service, 'main')
    const merge = all.find(({ sha }) => sha === published?.commit)
    assert.ok(!published || (merge && isOf(merge, 'main')), `${service}: ${published?.id}`)
  }
}

/** What is newest says so; another type may have moved an image alone since, where its version moves. */
async function everyDiskIsOfItsImage(registry: Registry, merges: MergeRecord[]): Promise<void> {
  const last = new Map<string, MergedService>()
  for (const { state, services } of [...merges].sort((a, b) => (a.time ?? 0) - (b.time ?? 0)))
    for (const service of state === 'built' ? services : [])
      if (service.version === 'dev' || service.type === 'AMI')
        last.set(`${service.name}:${service.version}`, service)
  for (const [tag, { name, version, type, digest, disk }] of last) {
    if (type !== 'AMI') continue
    const standing = await standingDisk(registry, name, version)
    same(standing?.digest, disk, `${tag}-ami`)
    same(standing?.image, digest, `the image of ${tag}-ami`)
    same(await registry.head(name, version), digest, tag)
  }
}

async function nothingIsLeft({ quick, images }: PlayedWorld): Promise<void> {
  for (const [name, { tags }] of quick.repositories)
    if (name.startsWith('staging/')) same([...tags.keys()].join(), '', name)
  same(images.flatMap((one) => [...one.keys()]).join(), '', 'the engines')
}

/** uvu keeps both values in a field that fast-check does not print. */
function same(actual: unknown, expected: unknown, what: string): void {
  assert.ok(actual === expected, `${what}: ${actual}, not ${expected}`)
}

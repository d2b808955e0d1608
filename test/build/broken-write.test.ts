import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { standingDisk } from '../../functions/build/disk-manifest.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { playedWorld } from '../fuzz/played-world.ts'
import type { Happening, Named } from '../fuzz/story.ts'

/** More writes than any of these merges makes; those of an image are 22. */
const WRITES = 40

/** Turns in which a merge comes to its end, or breaks off. */
const A_WHILE = 300

const api = (more: Partial<Named> = {}): Named => ({
  name: 'api',
  version: '1.0',
  source: 0,
  breaks: false,
  ...more,
})

const merge = (...services: Named[]): Extract<Happening, { kind: 'merge' }> => ({
  kind: 'merge',
  repository: 0,
  services,
  squash: false,
  told: 'pull',
  later: 60,
})

// What breaks is a line of the log.
process.stderr.write = () => true

/** For each write that may break, done all the same or not: what is there when all has come to its end. */
async function wherever(
  happenings: Happening[],
  judge: (world: World, at: string) => Promise<void>,
  limit = WRITES,
) {
  for (let writes = 0; writes < limit; writes += 1)
    for (const written of [false, true]) {
      const world = playedWorld(writes, true, 'develop main')
      await world.happen({ ...merge(), told: 'nobody' })
      await world.happen({ kind: 'catch-up' })
      await world.settle(0)
      await world.happen({ kind: 'break', writes, written })
      for (const happening of happenings) {
        await world.happen(happening)
        await world.happen({ kind: 'pause', turns: A_WHILE })
      }
      await world.settle(4)
      await judge(world, `write ${writes} broken, ${written ? 'and done' : 'not done'}`)
    }
}

type World = ReturnType<typeof playedWorld>

const broken = suite('whichever write the registry breaks')
broken('a newer merge does not come between what an older one publishes', () =>
  wherever([merge(api({ type: 'AMI' })), merge(api())], async ({ quick }, at) => {
    const registry = openRegistry(quick.perform)
    const disk = await standingDisk(registry, 'api', '1.0')
    assert.is(disk?.image, await registry.head('api', '1.0'), at)
  }),
)
broken('nothing stays in staging, also where the next process loses an answer', async () => {
  for (let writes = 0; writes < 6; writes += 1)
    await wherever(
      [merge(api()), { kind: 'break', writes, written: true }, { kind: 'catch-up' }],
      async ({ quick }, at) => {
        const left = [...(quick.repositories.get('staging/api')?.tags.keys() ?? [])]
        assert.equal(left, [], `${at}, and then write ${writes}`)
      },
      22,
    )
})
broken('how a merge ended is told, also one that has come to another branch since', () =>
  wherever(
    [merge(api({ breaks: true })), { kind: 'forward', repository: 0, told: true }],
    async ({ quick, repositories, heard }, at) => {
      const [{ id, merges } = { id: 0, merges: [] }] = repositories
      const sha = merges.at(-1)?.sha ?? ''
      const record = await openLedger(openRegistry(quick.perform)).merge(id, sha)
      assert.match(record?.branch ?? '', /\bmain\b/, at)
      assert.ok(heard.has(`${sha} ${record?.finished}: failed`), `${at}: nobody was told`)
    },
  ),
)
broken.run()

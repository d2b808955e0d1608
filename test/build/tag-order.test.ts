import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { playedWorld } from '../fuzz/played-world.ts'
import type { Happening, Named } from '../fuzz/story.ts'

const MERGE: Happening = {
  kind: 'merge',
  repository: 0,
  services: [],
  squash: false,
  told: 'nobody',
  later: 60,
}
const web = (version: string): Named => ({
  name: 'web',
  version,
  source: version === '1.0' ? 0 : 1,
  breaks: false,
  tagged: true,
})
const api: Named = { name: 'api', version: '1.0', type: 'AMI', source: 0, breaks: false }

// Every merge that ends is a line of the log.
process.stderr.write = () => true

const order = suite('an older merge that is tried again')
for (const [title, newer, expected] of [
  ['takes no tag from a newer one', { ...api, type: undefined }, '1.0'],
  ['has the tags that a newer one only found in their place, and failed', { ...api, breaks: true }, '1.1'],
] as const)
  order(title, async () => {
    const world = playedWorld(1)
    const merge = async (...services: Named[]) => {
      await world.happen({ ...MERGE, services, told: 'pull' })
      await world.happen({ kind: 'pause', turns: 1_000 })
    }
    const standing = () => world.quick.repositories.get('web')?.tags ?? new Map<string, string>()
    await world.happen(MERGE)
    await world.happen({ kind: 'catch-up' })
    await world.settle(0)
    await merge(web('1.0'))
    await world.happen({ kind: 'ami', is: 'breaking off' })
    await merge(web('1.1'), api)
    await merge(web('1.0'), { ...newer, version: '2.0' })
    assert.not(standing().has('1.1'), 'it was not held up')
    await world.settle(6)
    const tags = standing()
    assert.ok(tags.has('1.1'), 'it was not published')
    assert.is(tags.get('latest'), tags.get(expected))
    assert.is(tags.get('1'), tags.get('1.1'))
  })
order.run()

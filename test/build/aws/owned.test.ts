import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf } from '../../support/failure-of.ts'
import { cloudDisk, makeDisk, withAws } from './stage.ts'

const { layer } = await makeDisk(2)
const never = new AbortController().signal
const quiet = () => {}
const disk = (service: string) => cloudDisk(layer, { service, digest: `sha256:${service}` })
const whose = ({ service, build, queued, digest }: ReturnType<typeof disk>) => ({
  service,
  build,
  queued,
  digest,
})

const sweeping = suite('owned and remove')
sweeping(
  'name all that is ours, over many pages, and nothing else',
  withAws({ lag: { look: 0, image: 0 } }, async ({ aws, cloud }) => {
    const made = []
    for (const service of ['web', 'api', 'shop']) {
      const { id, snapshot } = await cloud.register(disk(service), quiet, never)
      made.push({ ...whose(disk(service)), ami: id, snapshot })
    }
    // An AMI is gone, its snapshot is not; and there is somebody else's.
    const [gone, other] = [made[0], aws.account.start({ gib: 1, description: '', tags: { Name: 'mine' } })]
    const image = aws.account.images.get(gone?.ami ?? '')
    if (image) image.state = 'deregistered'
    const expected = [made[1], made[2], { ...whose(disk('web')), snapshot: gone?.snapshot }]
    assert.equal(await cloud.owned(), expected)
    for (const thing of await cloud.owned()) await cloud.remove(thing)
    assert.equal(await cloud.owned(), [])
    assert.equal([...aws.account.snapshots.keys()], [other.id])
  }),
)
sweeping(
  'have nothing against what is gone already',
  withAws({}, async ({ aws, cloud }) => {
    const { id, snapshot } = await cloud.register(disk('web'), quiet, never)
    const thing = { ...whose(disk('web')), ami: id, snapshot }
    await cloud.remove(thing)
    await cloud.remove(thing)
    await cloud.remove({ ...thing, ami: 'ami-0fffffffffffffff0', snapshot: 'snap-0fffffffffffffff0' })
    assert.is(aws.account.snapshots.size, 0)
  }),
)
sweeping(
  'wait until a snapshot is not in use any more',
  withAws({}, async ({ aws, cloud }) => {
    const { id, snapshot } = await cloud.register(disk('web'), quiet, never)
    aws.faults.push({ action: 'DeleteSnapshot', times: 3, status: 400, code: 'InvalidSnapshot.InUse' })
    await cloud.remove({ ...whose(disk('web')), ami: id, snapshot })
    assert.is(aws.account.snapshots.size, 0)
  }),
)
sweeping(
  'say what they may not do',
  withAws({ denied: ['DeregisterImage'] }, async ({ cloud }) => {
    const { id, snapshot } = await cloud.register(disk('web'), quiet, never)
    const { message } = await failureOf(cloud.remove({ ...whose(disk('web')), ami: id, snapshot }))
    assert.match(message, /let aws-credentials call ec2:DeregisterImage/)
  }),
)
sweeping(
  'make it possible to register the same again',
  withAws({ lag: { look: 0, image: 0, put: 0 } }, async ({ aws, cloud }) => {
    const { id, snapshot } = await cloud.register(disk('web'), quiet, never)
    await cloud.remove({ ...whose(disk('web')), ami: id, snapshot })
    const again = await cloud.register(disk('web'), quiet, never)
    assert.is.not(again.snapshot, snapshot)
    assert.equal([...aws.account.snapshots.keys()], [again.snapshot])
  }),
)
sweeping.run()

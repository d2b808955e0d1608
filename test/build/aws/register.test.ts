import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cloud } from '../../../functions/build/aws/cloud.ts'
import { linearOf } from '../../support/aws/account.ts'
import { CREDENTIALS, type Emulator, KEYS, REGION } from '../../support/aws/emulator.ts'
import { until } from '../../support/until.ts'
import { cloudAt, cloudDisk, IMPATIENT, linearHash, makeDisk, sha256, withAws } from './stage.ts'

const BLOCKS = 20
const { raw, layer } = await makeDisk(BLOCKS)
const disk = cloudDisk(layer)
const EXPECTED = linearHash(raw)
const NAME = 'web-1.4.2-0123456789ab'
const never = new AbortController().signal
const quiet = () => {}

/** Whether a snapshot has the disk's blocks, all of them and no other; the emulator has checked each. */
function hasDisk({ account }: Emulator, snapshot: string): boolean {
  const { digests = new Map() } = account.snapshots.get(snapshot) ?? {}
  return digests.size === BLOCKS && linearOf({ digests }) === EXPECTED
}

/** What is at AWS at the end: nothing that is not ours by its tags, in any case. */
function thereOf({ account }: Emulator) {
  const snapshots = [...account.snapshots.values()]
  const images = [...account.images.values()].filter(({ state }) => state !== 'deregistered')
  for (const { tags } of [...snapshots, ...images])
    assert.is(tags['artefacto:digest']?.slice(0, 7), 'sha256:')
  return { snapshots, images }
}

const register = suite('register')
register(
  'makes a snapshot of the disk, and an AMI of the snapshot',
  withAws({}, async ({ aws, cloud }) => {
    const lines: string[] = []
    const ami = await cloud.register(disk, (line) => void lines.push(line), never)
    const { snapshots, images } = thereOf(aws)
    assert.equal(ami, { id: images[0]?.id, region: REGION, snapshot: snapshots[0]?.id })
    assert.equal([snapshots.length, images.length, snapshots[0]?.status], [1, 1, 'completed'])
    assert.is(await sha256(aws.rebuilt(ami.snapshot)), await sha256(raw))
    assert.is(snapshots[0]?.digests.size, BLOCKS)
    assert.equal(new Set(snapshots[0]?.puts.values()), new Set([1]))
    assert.is(lines.length, 3)
    assert.is(lines[0], `sending the disk to AWS as the snapshot ${ami.snapshot} in ${REGION}`)
    assert.match(lines[1] ?? '', /^sent 20 blocks \(10 MiB\) in [\d.]+ s$/)
    assert.is(lines[2], `registered ${ami.id} (${NAME}) in ${REGION}`)
  }),
)
register(
  'registers it so that it starts on Nitro with either firmware, and only with IMDSv2',
  withAws({}, async ({ aws, cloud }) => {
    const { snapshot } = await cloud.register(disk, quiet, never)
    const input = thereOf(aws).images[0]?.input ?? {}
    const mapping = 'BlockDeviceMapping.1.'
    assert.equal(
      [
        'Name',
        'Architecture',
        'VirtualizationType',
        'BootMode',
        'EnaSupport',
        'ImdsSupport',
        'RootDeviceName',
      ].map((key) => input[key]),
      [NAME, 'x86_64', 'hvm', 'uefi-preferred', 'true', 'v2.0', '/dev/xvda'],
    )
    assert.equal(
      ['DeviceName', 'Ebs.SnapshotId', 'Ebs.VolumeType', 'Ebs.DeleteOnTermination'].map(
        (key) => input[mapping + key],
      ),
      ['/dev/xvda', snapshot, 'gp3', 'true'],
    )
    assert.is(input.Description, 'web 1.4.2 from acme/shop')
  }),
)
register(
  'writes on both whose they are',
  withAws({}, async ({ aws, cloud }) => {
    await cloud.register(disk, quiet, never)
    const { snapshots, images } = thereOf(aws)
    const tags = {
      Name: NAME,
      'artefacto:service': 'web',
      'artefacto:version': '1.4.2',
      'artefacto:build': disk.build,
      'artefacto:queued': disk.queued,
      'artefacto:digest': disk.digest,
      'artefacto:repository': 'acme/shop',
      'artefacto:commit': disk.commit,
    }
    assert.equal(images[0]?.tags, tags)
    assert.equal(snapshots[0]?.tags, { ...tags, 'artefacto:written': '2048' })
  }),
)
register(
  'waits for what AWS does not see yet',
  withAws({ lag: { put: 50, look: 3, seal: 4, image: 4 } }, async ({ aws, cloud }) => {
    await cloud.register(disk, quiet, never)
    assert.ok(aws.count('PutSnapshotBlock') >= BLOCKS + 50)
    assert.equal([thereOf(aws).snapshots.length, thereOf(aws).images[0]?.state], [1, 'available'])
  }),
)
register(
  'ends with the same disk where a tenth of the calls is throttled',
  withAws({}, async ({ aws, cloud }) => {
    aws.faults.push({
      action: 'PutSnapshotBlock',
      chance: 0.1,
      status: 400,
      code: 'RequestThrottledException',
    })
    aws.faults.push({ action: 'DescribeSnapshots', chance: 0.3, status: 503, code: 'RequestLimitExceeded' })
    const { snapshot } = await cloud.register(disk, quiet, never)
    assert.ok(hasDisk(aws, snapshot))
    assert.equal([thereOf(aws).snapshots.length, thereOf(aws).images.length], [1, 1])
  }),
)
const BRIEF: Record<string, Emulator['faults'][number]> = {
  'an answer 500 to the start': { action: 'StartSnapshot', status: 500, code: 'InternalServerException' },
  'a connection that breaks before a block': { action: 'PutSnapshotBlock', hangUp: 'before', times: 5 },
  'a lost answer to a start': { action: 'StartSnapshot', hangUp: 'after' },
  'a lost answer to a block': { action: 'PutSnapshotBlock', hangUp: 'after', times: 5 },
  'a lost answer to the registration': { action: 'RegisterImage', hangUp: 'after', after: 1 },
  'a block that a slow line made unreadable': {
    action: 'PutSnapshotBlock',
    status: 400,
    code: 'ValidationException',
    message: 'Failed to read block data',
  },
  'pending snapshots at their limit for a moment': {
    action: 'StartSnapshot',
    status: 400,
    code: 'ConcurrentLimitExceededException',
  },
}
for (const [title, fault] of Object.entries(BRIEF))
  register(
    `goes on after ${title}, with one snapshot and one AMI`,
    withAws({}, async ({ aws, cloud }) => {
      aws.faults.push(structuredClone(fault))
      await cloud.register(disk, quiet, never)
      assert.is(aws.faults.length, 0)
      assert.equal([thereOf(aws).snapshots.length, thereOf(aws).images.length], [1, 1])
    }),
  )
register(
  'does with a clock that is wrong, because the SDK takes the time of AWS',
  withAws({ clock: 3_600_000 }, async ({ cloud }) => {
    assert.ok(await cloud.register(disk, quiet, never))
  }),
)
register('uses a session token', async () => {
  const token = 'FwoGZXIvYXdzEXAMPLE'
  await withAws({ keys: { ...KEYS, sessionToken: token } }, async ({ aws }) => {
    const cloud = await cloudAt(aws, { credentials: `${CREDENTIALS}aws_session_token = ${token}\n` })
    assert.ok(await cloud.register(disk, quiet, never))
  })()
})
register.run()

/** A register that is told to stop after its first blocks. */
async function begun(aws: Emulator, cloud: Cloud): Promise<void> {
  const stop = new AbortController()
  const running = cloud.register(disk, quiet, stop.signal)
  await until(() => aws.count('PutSnapshotBlock') > 5, 'the first blocks')
  stop.abort(new Error('enough'))
  assert.is(await running.catch((error: Error) => error.message), 'enough')
}

const again = suite('register, again')
again(
  'takes the AMI that is there, and sends nothing',
  withAws({}, async ({ aws, cloud }) => {
    const ami = await cloud.register(disk, quiet, never)
    aws.calls.length = 0
    const lines: string[] = []
    assert.equal(await cloud.register(disk, (line) => void lines.push(line), never), ami)
    assert.equal(aws.calls, ['DescribeImages'])
    assert.equal(lines, [`${ami.id} (${NAME}) in ${REGION} has this disk already`])
  }),
)
again(
  'writes the later build on what it takes',
  withAws({}, async ({ aws, cloud }) => {
    await cloud.register(disk, quiet, never)
    const later = { build: '1763859700000-0123456789ab', queued: '2026-11-23T02:00:00.000Z' }
    const { id, snapshot } = await cloud.register({ ...disk, ...later }, quiet, never)
    assert.equal(await cloud.owned(), [{ service: 'web', digest: disk.digest, ...later, ami: id, snapshot }])
    assert.is(aws.account.snapshots.get(snapshot)?.tags['artefacto:build'], later.build)
  }),
)
again(
  'makes an AMI of a snapshot that is there, and sends no block',
  withAws({}, async ({ aws, cloud }) => {
    const first = await cloud.register(disk, quiet, never)
    const image = aws.account.images.get(first.id)
    if (image) image.state = 'deregistered'
    aws.calls.length = 0
    const second = await cloud.register(disk, quiet, never)
    assert.is(second.snapshot, first.snapshot)
    assert.is.not(second.id, first.id)
    assert.equal([aws.count('PutSnapshotBlock'), aws.count('StartSnapshot')], [0, 0])
  }),
)
again(
  'makes a snapshot anew that AWS gave up, and deletes that one',
  withAws({ latency: 20, lag: { look: 0 } }, async ({ aws, cloud }) => {
    await begun(aws, cloud)
    const [old] = thereOf(aws).snapshots
    if (old) old.status = 'error'
    const lines: string[] = []
    const ami = await cloud.register(disk, (line) => void lines.push(line), never)
    assert.is.not(ami.snapshot, old?.id)
    assert.is(lines[0], `the snapshot ${old?.id} cannot be used; beginning a new one`)
    assert.equal(
      thereOf(aws).snapshots.map(({ id }) => id),
      [ami.snapshot],
    )
  }),
)
again(
  'makes a snapshot anew that is gone while it is written, though AWS goes on naming it',
  withAws({ lag: { put: 0 }, latency: 20 }, async ({ aws }) => {
    const cloud = await cloudAt(aws, { patience: { ...IMPATIENT, call: 1_000 } })
    const running = cloud.register(disk, quiet, never)
    await until(() => aws.count('PutSnapshotBlock') > 5, 'the first blocks')
    const [lost = ''] = aws.account.snapshots.keys()
    aws.account.snapshots.delete(lost)
    const ami = await running
    assert.is.not(ami.snapshot, lost)
    assert.ok(hasDisk(aws, ami.snapshot))
    assert.equal([thereOf(aws).snapshots.length, thereOf(aws).images.length], [1, 1])
  }),
)
again(
  'goes on with a snapshot that a process sealed before it ended',
  withAws({ lag: { look: 0, seal: 8 } }, async ({ aws, cloud }) => {
    const stop = new AbortController()
    const first = cloud.register(disk, quiet, stop.signal)
    await until(
      () => [...aws.account.snapshots.values()].some(({ status }) => status === 'sealing'),
      'a seal',
    )
    stop.abort()
    assert.is(await first.catch((error: Error) => error.name), 'AbortError')
    const lines: string[] = []
    const ami = await cloud.register(disk, (line) => void lines.push(line), never)
    assert.is(lines[0], `going on with the snapshot ${ami.snapshot}: 1024 MiB of the disk are at AWS already`)
    assert.is(lines[1]?.slice(0, 13), 'sent 0 blocks')
    assert.equal([thereOf(aws).snapshots.length, aws.count('StartSnapshot')], [1, 1])
  }),
)
again(
  'stops when it is told to, and leaves what it began with our tags, to go on with',
  withAws({ latency: 20, lag: { look: 0 } }, async ({ aws, cloud }) => {
    await begun(aws, cloud)
    const [left] = await cloud.owned()
    assert.equal([left?.service, left?.build, left?.ami], ['web', disk.build, undefined])
    const ami = await cloud.register(disk, quiet, never)
    assert.is(ami.snapshot, left?.snapshot)
    assert.equal([thereOf(aws).snapshots.length, thereOf(aws).images.length], [1, 1])
  }),
)
again.run()

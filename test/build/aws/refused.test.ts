import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openCloud } from '../../../functions/build/aws/cloud.ts'
import { secretsIn } from '../../../functions/shared/secrets.ts'
import { CREDENTIALS, type Emulator, KEYS, REGION } from '../../support/aws/emulator.ts'
import { failureOf } from '../../support/failure-of.ts'
import { freePort } from '../../support/free-port.ts'
import { until } from '../../support/until.ts'
import { cloudAt, cloudDisk, FOLDER, IMPATIENT, makeDisk, withAws } from './stage.ts'

const { layer } = await makeDisk(3)
const disk = cloudDisk(layer)
const never = new AbortController().signal
const quiet = () => {}
const KEYS_REFUSED = `AWS does not take the keys in aws-credentials in ${REGION}: mend the secret, or enable that region for the account`

const nothingLeft = ({ account }: Emulator) =>
  account.snapshots.size === 0 && [...account.images.values()].every(({ state }) => state === 'deregistered')

const refused = suite('register, refused')
for (const [title, credentials] of [
  ['a key that AWS does not know', CREDENTIALS.replace('AKIA', 'AKIB')],
  ['a wrong secret key', CREDENTIALS.replace('wJalr', 'xJalr')],
] as const)
  refused(
    `sends nothing with ${title}`,
    withAws({}, async ({ aws }) => {
      const { code, message } = await failureOf(
        (await cloudAt(aws, { credentials })).register(disk, quiet, never),
      )
      assert.equal([code, message], ['aws_refused', KEYS_REFUSED])
      assert.equal(aws.calls, ['DescribeImages'])
    }),
  )
refused(
  'sends nothing to a region that is none',
  withAws({}, async ({ aws }) => {
    const cloud = await cloudAt(aws, { region: 'eu-nowhere-9' })
    const { code, message } = await failureOf(cloud.register(disk, quiet, never))
    assert.equal(
      [code, message],
      [
        'aws_refused',
        'there is no address of AWS for aws_region=eu-nowhere-9: write a region such as eu-central-1',
      ],
    )
  }),
)
refused('says so of a session that has ended', async () => {
  const keys = { ...KEYS, sessionToken: 'new' }
  await withAws({ keys }, async ({ aws }) => {
    const cloud = await cloudAt(aws, { credentials: `${CREDENTIALS}aws_session_token = old\n` })
    assert.is(
      (await failureOf(cloud.register(disk, quiet, never))).message,
      'the session token in aws-credentials has ended: put new keys into the secret',
    )
  })()
})
const ACTIONS: Record<string, string> = {
  DescribeImages: 'ec2',
  DescribeSnapshots: 'ec2',
  StartSnapshot: 'ebs',
  PutSnapshotBlock: 'ebs',
  CompleteSnapshot: 'ebs',
  CreateTags: 'ec2',
  RegisterImage: 'ec2',
}
for (const [action, service] of Object.entries(ACTIONS))
  refused(
    `names the permission that is missing, and leaves nothing: ${service}:${action}`,
    withAws({ denied: [action] }, async ({ aws, cloud }) => {
      const { code, message } = await failureOf(cloud.register(disk, quiet, never))
      assert.is(code, 'aws_refused')
      assert.is(
        message,
        `AWS does not let aws-credentials call ${service}:${action} in ${REGION}: add it to their policy (docs/ami.md lists all)`,
      )
      assert.ok(nothingLeft(aws))
    }),
  )
refused(
  'asks whether it may register before it sends anything',
  withAws({ denied: ['RegisterImage'] }, async ({ aws, cloud }) => {
    await failureOf(cloud.register(disk, quiet, never))
    assert.equal([aws.count('RegisterImage'), aws.count('StartSnapshot')], [1, 0])
  }),
)
const QUOTAS: [action: string, code: string, after: number][] = [
  ['StartSnapshot', 'ServiceQuotaExceededException', 0],
  ['StartSnapshot', 'SnapshotLimitExceeded', 0],
  ['RegisterImage', 'AmiLimitExceeded', 1],
]
for (const [action, code, after] of QUOTAS)
  refused(
    `says that a quota is used up, and leaves nothing: ${code}`,
    withAws({}, async ({ aws, cloud }) => {
      aws.faults.push({ action, after, status: 400, code })
      const failure = await failureOf(cloud.register(disk, quiet, never))
      assert.is(failure.code, 'aws_refused')
      assert.match(
        failure.message,
        new RegExp(`^a quota of the AWS account in ${REGION} is used up \\(.*${code}\\)`),
      )
      assert.ok(nothingLeft(aws))
    }),
  )
refused(
  'says where a snapshot is left that it may not delete',
  withAws({ denied: ['CompleteSnapshot', 'DeleteSnapshot'] }, async ({ aws, cloud }) => {
    const lines: string[] = []
    await failureOf(cloud.register(disk, (line) => void lines.push(line), never))
    const [id] = aws.account.snapshots.keys()
    assert.match(
      lines.at(-1) ?? '',
      new RegExp(`^the snapshot ${id} is still at AWS, with our tags \\(AWS does not let`),
    )
  }),
)
for (const [title, other] of [
  ['another disk', { digest: `sha256:${'1'.repeat(64)}` }],
  ['a thing that is not ours', { digest: `sha256:${'1'.repeat(64)}`, foreign: true }],
] as const)
  refused(
    `sends nothing where the name is taken by ${title}`,
    withAws({ lag: { image: 0 } }, async ({ aws, cloud }) => {
      const { id } = await cloud.register({ ...disk, digest: other.digest }, quiet, never)
      const image = aws.account.images.get(id)
      if (image && 'foreign' in other) image.tags = {}
      aws.calls.length = 0
      const { code, message } = await failureOf(cloud.register(disk, quiet, never))
      assert.is(code, 'aws_refused')
      assert.is(
        message,
        `an AMI named web-1.4.2-0123456789ab is there already with another disk (${id}): deregister it, or raise the version`,
      )
      assert.is(aws.count('StartSnapshot'), 0)
    }),
  )
refused(
  'says that AWS could not finish a snapshot, and deletes it',
  withAws({ lag: { seal: 50 } }, async ({ aws, cloud }) => {
    const running = failureOf(cloud.register(disk, quiet, never))
    await until(
      () => [...aws.account.snapshots.values()].some(({ status }) => status === 'sealing'),
      'a seal',
    )
    const [snapshot] = aws.account.snapshots.values()
    Object.assign(snapshot as object, { status: 'error', message: 'the KMS key is disabled' })
    const { code, message } = await running
    assert.is(code, 'aws_refused')
    assert.match(
      message,
      /^AWS could not finish the snapshot snap-\w+ \(the KMS key is disabled\): if the account/,
    )
    assert.ok(nothingLeft(aws))
  }),
)
refused(
  'says that AWS throttles for too long, and goes on with the snapshot later',
  withAws({ lag: { look: 0 } }, async ({ aws, cloud }) => {
    aws.faults.push({
      action: 'CompleteSnapshot',
      times: 1000,
      status: 400,
      code: 'RequestThrottledException',
    })
    const patient = await cloudAt(aws, { patience: { ...IMPATIENT, call: 500 } })
    const { code, message } = await failureOf(patient.register(disk, quiet, never))
    assert.equal(
      [code, message],
      ['aws_down', 'AWS has throttled ebs:CompleteSnapshot for too long; it is tried again'],
    )
    aws.faults.length = 0
    const puts = aws.count('PutSnapshotBlock')
    await cloud.register(disk, quiet, never)
    assert.is(aws.count('PutSnapshotBlock'), puts)
  }),
)
refused(
  'says that AWS is not done, and looks again later',
  withAws({ lag: { seal: 100_000 } }, async ({ aws }) => {
    const cloud = await cloudAt(aws, { patience: { ...IMPATIENT, settled: 100 } })
    const { code, message } = await failureOf(cloud.register(disk, quiet, never))
    const [id] = aws.account.snapshots.keys()
    assert.equal(
      [code, message],
      ['aws_down', `AWS has not finished ${id} within 1 minutes; it is looked at again`],
    )
  }),
)
refused('says that AWS cannot be reached', async () => {
  const url = `http://127.0.0.1:${await freePort()}`
  const env = { AWS_ENDPOINT_URL_EBS: url, AWS_ENDPOINT_URL_EC2: url }
  const cloud = await cloudAt({ env }, { patience: { ...IMPATIENT, call: 50 } })
  const { code, message } = await failureOf(cloud.register(disk, quiet, never))
  assert.equal([code, message], ['aws_down', 'AWS does not answer ec2:DescribeImages (ECONNREFUSED)'])
})
refused(
  'keeps the snapshot where the registry does not give the disk',
  withAws({ lag: { look: 0 } }, async ({ aws, cloud }) => {
    const broken = { ...disk, layer: async () => Promise.reject(new Error('no such blob')) }
    const error = await cloud.register(broken, quiet, never).catch((thrown: Error) => thrown.message)
    assert.is(error, 'no such blob')
    const { snapshot } = await cloud.register(disk, quiet, never)
    assert.equal([...aws.account.snapshots.keys()], [snapshot])
  }),
)
refused.run()

const connecting = suite('openCloud')
connecting('gives nothing where there is no region, or no secret', async () => {
  assert.is(await openCloud(REGION, secretsIn(FOLDER))(), undefined)
  const secrets = { ...secretsIn(FOLDER), find: async () => CREDENTIALS }
  assert.is(await openCloud('', secrets)(), undefined)
})
connecting(
  'uses new keys without a new start',
  withAws({}, async ({ aws }) => {
    let text = CREDENTIALS.replace('AKIA', 'AKIB')
    const connect = openCloud(REGION, { ...secretsIn(FOLDER), find: async () => text }, IMPATIENT)
    assert.is((await failureOf(async () => (await connect())?.owned())).message, KEYS_REFUSED)
    text = '[default]\naws_access_key_id = '
    assert.is((await failureOf(connect())).code, 'aws_refused')
    text = CREDENTIALS
    assert.equal(await (await connect())?.owned(), [])
    assert.is(await connect(), await connect())
    assert.ok(aws.calls.length > 0)
  }),
)
connecting.run()

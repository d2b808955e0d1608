import { createHash, randomBytes } from 'node:crypto'
import {
  CompleteSnapshotCommand,
  EBSClient,
  PutSnapshotBlockCommand,
  type PutSnapshotBlockCommandInput,
  StartSnapshotCommand,
  type StartSnapshotCommandInput,
} from '@aws-sdk/client-ebs'
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  RegisterImageCommand,
  type RegisterImageCommandInput,
} from '@aws-sdk/client-ec2'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { linearOf } from './account.ts'
import { KEYS, REGION, startEmulator } from './emulator.ts'

// What AWS refuses, the emulator refuses: asked with AWS's own SDK, past our code.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const aws = await startEmulator({ lag: { put: 0, look: 0, seal: 0, image: 0 } })
const config = { region: REGION, endpoint: aws.ebs, maxAttempts: 1, credentials: KEYS }
const [ebs, ec2] = [new EBSClient(config), new EC2Client(config)]

const BLOCK = randomBytes(524_288)
const sha = (data: Buffer) => createHash('sha256').update(data).digest()
const start = async (input: Partial<StartSnapshotCommandInput> = {}) =>
  String((await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...input }))).SnapshotId)
const put = (SnapshotId: string, input: Partial<PutSnapshotBlockCommandInput> = {}) =>
  ebs.send(
    new PutSnapshotBlockCommand({
      SnapshotId,
      BlockIndex: 3,
      BlockData: BLOCK,
      DataLength: BLOCK.length,
      Checksum: sha(BLOCK).toString('base64'),
      ChecksumAlgorithm: 'SHA256',
      ...input,
    }),
  )
const complete = (
  SnapshotId: string,
  ChangedBlocksCount = 1,
  Checksum = sha(sha(BLOCK)).toString('base64'),
) =>
  ebs.send(
    new CompleteSnapshotCommand({
      SnapshotId,
      ChangedBlocksCount,
      Checksum,
      ChecksumAlgorithm: 'SHA256',
      ChecksumAggregationMethod: 'LINEAR',
    }),
  )
async function completed(): Promise<string> {
  const id = await start()
  await put(id)
  await complete(id)
  await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }))
  return id
}
let names = 0
const register = (SnapshotId: string, input: Partial<RegisterImageCommandInput> = {}, ebsInput = {}) =>
  ec2.send(
    new RegisterImageCommand({
      Name: `image-${++names}`,
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      RootDeviceName: '/dev/xvda',
      BootMode: 'uefi-preferred',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId, VolumeType: 'gp3', ...ebsInput } }],
      ...input,
    }),
  )
const signedBy = (other: object) =>
  new EBSClient({ ...config, ...other }).send(new StartSnapshotCommand({ VolumeSize: 1 }))
const short = BLOCK.subarray(1)
const shortBlock = { BlockData: short, DataLength: short.length, Checksum: sha(short).toString('base64') }
const overBase64 = sha(Buffer.from(sha(BLOCK).toString('base64'))).toString('base64')

const REFUSED: Record<string, [call: () => Promise<unknown>, name: string, message?: RegExp]> = {
  'a volume without a size': [() => start({ VolumeSize: 0 }), 'ValidationException', /VolumeSize/],
  'a timeout of a minute': [() => start({ Timeout: 1 }), 'ValidationException', /Timeout/],
  'a tag of 257 letters': [
    () => start({ Tags: [{ Key: 'a', Value: 'x'.repeat(257) }] }),
    'ValidationException',
  ],
  'a token with other parameters': [
    async () => [await start({ ClientToken: 'one' }), await start({ ClientToken: 'one', VolumeSize: 2 })],
    'ConflictException',
  ],
  'a wrong checksum': [
    async () => put(await start(), { Checksum: sha(short).toString('base64') }),
    'ValidationException',
    /checksum/,
  ],
  'a short block': [async () => put(await start(), shortBlock), 'ValidationException', /INVALID_CONTENT/],
  'a wrong length': [async () => put(await start(), { DataLength: 100 }), 'ValidationException', /Length/],
  'a block beyond the volume': [
    async () => put(await start(), { BlockIndex: 2048 }),
    'ValidationException',
    /beyond/,
  ],
  'a block for a snapshot that is not': [() => put('snap-0fffffffffffffff0'), 'ResourceNotFoundException'],
  'a block for a completed snapshot': [
    async () => put(await completed()),
    'ValidationException',
    /not pending/,
  ],
  'a wrong count': [
    async () => {
      const id = await start()
      await put(id)
      await complete(id, 2)
    },
    'ValidationException',
    /COUNT/,
  ],
  'a linear hash over base64': [
    async () => {
      const id = await start()
      await put(id)
      await complete(id, 1, overBase64)
    },
    'ValidationException',
    /linear/,
  ],
  'a completed snapshot once more': [
    async () => complete(await completed()),
    'ValidationException',
    /not pending/,
  ],
  'an unknown key': [
    () => signedBy({ credentials: { ...KEYS, accessKeyId: 'AKIAOTHER' } }),
    'UnrecognizedClientException',
  ],
  'a wrong signature': [
    () => signedBy({ credentials: { ...KEYS, secretAccessKey: 'x' } }),
    'InvalidSignatureException',
  ],
  'another region': [() => signedBy({ region: 'us-east-1' }), 'InvalidSignatureException', /valid region/],
  'a token nobody gave': [
    () => signedBy({ credentials: { ...KEYS, sessionToken: 'x' } }),
    'ExpiredTokenException',
  ],
  'a pending snapshot for an AMI': [async () => register(await start()), 'InvalidSnapshot.NotFound'],
  'a name twice': [
    async () => {
      const id = await completed()
      await register(id, { Name: 'twice' })
      await register(id, { Name: 'twice' })
    },
    'InvalidAMIName.Duplicate',
  ],
  'a name with a colon': [
    async () => register(await completed(), { Name: 'web:1' }),
    'InvalidAMIName.Malformed',
  ],
  'a boot mode that is none': [
    async () => register(await completed(), { BootMode: 'bios' as 'uefi' }),
    'InvalidParameterValue',
    /BootMode/,
  ],
  'no architecture': [
    async () => register(await completed(), { Architecture: undefined }),
    'InvalidParameterValue',
    /Arch/,
  ],
  'a root that is not mapped': [
    async () => register(await completed(), { RootDeviceName: '/dev/sda1' }),
    'InvalidParameterValue',
    /root/,
  ],
  'encryption of a snapshot that is there': [
    async () => register(await completed(), {}, { Encrypted: true }),
    'InvalidParameterValue',
  ],
  'tags on what is not there': [
    () =>
      ec2.send(
        new CreateTagsCommand({ Resources: ['snap-0fffffffffffffff0'], Tags: [{ Key: 'a', Value: 'b' }] }),
      ),
    'InvalidSnapshot.NotFound',
  ],
  'a filter that is none': [
    () =>
      ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: 'colour', Values: ['x'] }] })),
    'InvalidParameterValue',
    /colour/,
  ],
  'the end of a snapshot in use': [
    async () => {
      const SnapshotId = await completed()
      await register(SnapshotId)
      await ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
    },
    'InvalidSnapshot.InUse',
  ],
  'the end of an AMI twice': [
    async () => {
      const { ImageId } = await register(await completed())
      await ec2.send(new DeregisterImageCommand({ ImageId }))
      await ec2.send(new DeregisterImageCommand({ ImageId }))
    },
    'InvalidAMIID.Unavailable',
  ],
}

const refusing = suite('the emulator of AWS')
// So that a filter has something to look at.
refusing.before(async () => void (await register(await completed())))
for (const [title, [call, name, message = /./]] of Object.entries(REFUSED))
  refusing(`refuses ${title}`, async () => {
    const error = await call().then(
      () => new Error('it was taken'),
      (thrown: Error) => thrown,
    )
    assert.is(error.name, name, error.message)
    assert.match(error.message, message)
  })
refusing('refuses what is not signed', async () => {
  const answer = await fetch(`${aws.ebs}/snapshots`, { method: 'POST', body: '{"VolumeSize":1}' })
  assert.is(answer.status, 403)
})
refusing('gives the same snapshot for the same token, even if it is gone', async () => {
  const SnapshotId = await start({ ClientToken: 'same' })
  await ec2.send(new DeleteSnapshotCommand({ SnapshotId }))
  assert.is(await start({ ClientToken: 'same' }), SnapshotId)
})
refusing.after(() => aws.close())
refusing.run()

// Made with openssl dgst over the digests of blocks that are one byte again and again.
const LINEAR: Record<string, [blocks: [number, number][], hash: string]> = {
  'no block': [[], '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  'one block': [[[0, 1]], 'WMdo6rEAySZKmsHg1a4aMTgxRl4qPKCGvOe8thDa7vo='],
  'two blocks, in the order of their places': [
    [
      [7, 2],
      [3, 1],
    ],
    'fccGN1xyY7l5uqsw58BLULbsU8thbz9pDvzr9oCk5yk=',
  ],
}
const linear = suite('the linear hash')
for (const [title, [blocks, hash]] of Object.entries(LINEAR))
  linear(`of ${title} is what it always was`, () => {
    const digests = new Map(blocks.map(([place, byte]) => [place, sha(Buffer.alloc(524_288, byte))]))
    assert.is(linearOf({ digests }), hash)
  })
linear.run()

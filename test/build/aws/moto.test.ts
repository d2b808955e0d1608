import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { EBSClient, GetSnapshotBlockCommand, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs'
import { DescribeImagesCommand, DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { KEYS, REGION } from '../../support/aws/emulator.ts'
import { freePort } from '../../support/free-port.ts'
import { until } from '../../support/until.ts'
import { BLOCK, cloudAt, cloudDisk, linearHash, linearHashOf, makeDisk } from './stage.ts'

// moto is written by others: https://docs.getmoto.org. It is laxer than AWS, and than our own emulator: it checks
// neither signatures nor checksums nor the count, takes no client token, says 512 for the size of a block, completes at
// once, and of a registration it keeps name and description only: its AMIs have no tags, and a snapshot of their own.
const server = process.env.MOTO_SERVER

async function withMoto(server: string, test: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort()
  const child = spawn(server, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  try {
    await until(
      () =>
        fetch(`${url}/moto-api/data.json`).then(
          ({ ok }) => ok,
          () => false,
        ),
      'moto',
    )
    await test(url)
  } finally {
    child.kill()
    await once(child, 'close')
  }
}

/** Digests of the blocks that moto has, in their order. */
async function blocksAt(ebs: EBSClient, SnapshotId: string): Promise<Buffer[]> {
  const { Blocks = [] } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId }))
  const sorted = [...Blocks].sort((a, b) => (a.BlockIndex ?? 0) - (b.BlockIndex ?? 0))
  const found: Buffer[] = []
  for (const { BlockIndex, BlockToken } of sorted) {
    const { BlockData } = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId, BlockIndex, BlockToken }))
    found.push(Buffer.from((await BlockData?.transformToByteArray()) ?? []))
  }
  return found
}

async function throughMoto(url: string): Promise<void> {
  const { raw, layer } = await makeDisk(12)
  const disk = cloudDisk(layer)
  const cloud = await cloudAt({ env: { AWS_ENDPOINT_URL_EBS: url, AWS_ENDPOINT_URL_EC2: url } })
  const { id, snapshot } = await cloud.register(disk, () => {}, new AbortController().signal)
  const config = { region: REGION, endpoint: url, credentials: KEYS }
  const [ebs, ec2] = [new EBSClient(config), new EC2Client(config)]

  const blocks = await blocksAt(ebs, snapshot)
  assert.equal(new Set(blocks.map(({ length }) => length)), new Set([BLOCK]))
  assert.is(linearHashOf(blocks), linearHash(raw))
  const { Snapshots } = await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }))
  assert.equal([Snapshots?.[0]?.State, Snapshots?.[0]?.VolumeSize], ['completed', 1])
  const images = async () => (await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images
  assert.is((await images())?.[0]?.Name, 'web-1.4.2-0123456789ab')

  const { service, build, queued, digest } = disk
  assert.equal(await cloud.owned(), [{ service, build, queued, digest, snapshot }])
  await cloud.remove({ service, build, queued, digest, ami: id, snapshot })
  assert.equal(await cloud.owned(), [])
  assert.is((await images())?.[0]?.State ?? 'deregistered', 'deregistered')
}

const moto = suite('AWS as moto has it')
if (server === undefined && process.env.CI_RUN === '1')
  throw new Error('this test needs moto: .ci/moto install')
if (server)
  moto('takes a disk, makes an AMI of it, and loses both again', () => withMoto(server, throughMoto))
else moto('is left out, because MOTO_SERVER does not name moto_server (.ci/moto)', () => {})
moto.run()

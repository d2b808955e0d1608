import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { packed } from '../../../ami/packed.ts'
import { sparseArchive } from '../../../ami/sparse.ts'
import { type Cloud, openCloud } from '../../../functions/build/aws/cloud.ts'
import type { CloudDisk } from '../../../functions/build/aws/cloud-disk.ts'
import type { Patience } from '../../../functions/build/aws/patience.ts'
import { secretsIn } from '../../../functions/shared/secrets.ts'
import { CREDENTIALS, type Emulator, REGION, startEmulator } from '../../support/aws/emulator.ts'

export const BLOCK = 524_288

// The SDK says of Node 20 that it is old.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** In ms: what AWS takes minutes for takes moments here. */
export const IMPATIENT: Patience = { first: 5, longest: 50, call: 30_000, settled: 60_000 }

export const FOLDER = mkdtempSync(join(tmpdir(), 'build-aws-'))
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }))

/** A disk with something in so many of its blocks; some of it lies across the border of two. */
export async function makeDisk(blocks: number, size = 2 ** 30): Promise<{ raw: string; layer: string }> {
  const raw = join(FOLDER, 'disk.img')
  const file = openSync(raw, 'w')
  ftruncateSync(file, size)
  const every = Math.floor(size / BLOCK / blocks)
  for (let n = 0; n < blocks; n += 1)
    writeSync(file, randomBytes(5000), 0, 5000, n * every * BLOCK + 1000 * (n % 7))
  // A block that is written, and nothing but zeros.
  if (every > 1) writeSync(file, Buffer.alloc(BLOCK), 0, BLOCK, (every - 1) * BLOCK)
  closeSync(file)
  const layer = join(FOLDER, 'layer')
  const archive = sparseArchive(raw, new AbortController().signal)
  await pipeline(
    packed(archive, () => {}),
    createWriteStream(layer),
  )
  return { raw, layer }
}

export function cloudDisk(layer: string, other: Partial<CloudDisk> = {}): CloudDisk {
  return {
    service: 'web',
    version: '1.4.2',
    build: '1763859600000-0123456789ab',
    queued: '2026-11-23T01:00:00.000Z',
    repository: 'acme/shop',
    commit: '0123456789abcdef0123456789abcdef01234567',
    digest: `sha256:${createHash('sha256').update(layer).digest('hex')}`,
    gib: 1,
    layer: async () => createReadStream(layer),
    ...other,
  }
}

/** The cloud as build has it, at the emulator. */
export async function cloudAt(
  emulator: Pick<Emulator, 'env'>,
  { credentials = CREDENTIALS, region = REGION, patience = IMPATIENT } = {},
): Promise<Cloud> {
  Object.assign(process.env, emulator.env)
  const secrets = mkdtempSync(join(FOLDER, 'secrets-'))
  writeFileSync(join(secrets, 'aws-credentials'), credentials)
  const cloud = await openCloud(region, secretsIn(secrets), patience)()
  if (cloud === undefined) throw new Error('there is no cloud')
  return cloud
}

/** A test with an emulator of its own. */
export function withAws(
  options: Parameters<typeof startEmulator>[0],
  test: (world: { aws: Emulator; cloud: Cloud }) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const aws = await startEmulator(options)
    try {
      await test({ aws, cloud: await cloudAt(aws) })
    } finally {
      await aws.close()
    }
  }
}

export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

/** AWS's linear hash of a raw disk, the plain way: block by block, without a stream. */
export function linearHash(raw: string): string {
  const linear = createHash('sha256')
  const file = openSync(raw, 'r')
  const [block, zeros] = [Buffer.alloc(BLOCK), Buffer.alloc(BLOCK)]
  while (readSync(file, block) > 0) if (!block.equals(zeros)) linear.update(digestOf(block))
  closeSync(file)
  return linear.digest('base64')
}

/** The same of blocks in their order. */
export function linearHashOf(blocks: Buffer[]): string {
  return digestOf(Buffer.concat(blocks.map(digestOf))).toString('base64')
}

const digestOf = (block: Buffer) => createHash('sha256').update(block).digest()

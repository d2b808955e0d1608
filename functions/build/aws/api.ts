import { Agent as PlainAgent } from 'node:http'
import { Agent } from 'node:https'
import { Readable } from 'node:stream'
import type {
  CompleteSnapshotCommandInput,
  PutSnapshotBlockCommandInput,
  StartSnapshotCommandInput,
} from '@aws-sdk/client-ebs'
import type { Filter, Image, RegisterImageCommandInput, Snapshot } from '@aws-sdk/client-ec2'
import type { Credentials } from './credentials.ts'
import { type Patience, patiently } from './patience.ts'
import { isPassing, refusalOf } from './refusal.ts'

/** Calls under way at once; coldsnap has as many. */
export const AT_ONCE = 64

const CONNECT_MS = 10_000
/** Without a byte, for half a MiB on a slow line. */
const SILENCE_MS = 60_000
const PAGE = 1000
const PIECE = 65_536

/** What goes wrong is said by us; the SDK would say it once more, on the console, for every try. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * The calls to AWS that we make, in one region. Each is tried again while that may help; what cannot be helped is an
 * AwsFailure. Where the endpoints are, the SDK reads from its own environment (AWS_ENDPOINT_URL_EBS, …_EC2).
 */
export type Api = Awaited<ReturnType<typeof openApi>>

export async function openApi(region: string, credentials: Credentials, patience: Patience) {
  const sdk = await import('./sdk.ts')
  const sockets = { keepAlive: true, maxSockets: AT_ONCE }
  const config = {
    region,
    credentials,
    // Tries are counted here: the SDK knows nothing of a snapshot that is not known yet.
    maxAttempts: 1,
    logger: SILENT,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      httpAgent: new PlainAgent(sockets),
      httpsAgent: new Agent(sockets),
    },
  }
  const ebs = new sdk.EBSClient(config)
  const ec2 = new sdk.EC2Client(config)
  // The SDK does not know the length of a stream, and AWS wants one.
  ebs.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      const length = headers['x-amz-data-length']
      if (length !== undefined) headers['content-length'] = length
      return next(args)
    },
    { step: 'build', name: 'lengthOfBlock' },
  )

  async function ask<T>(
    action: string,
    send: () => Promise<T>,
    signal?: AbortSignal,
    early: (error: unknown) => boolean = () => false,
  ): Promise<T> {
    try {
      return await patiently(patience, send, (error) => isPassing(error) || early(error), signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw refusalOf(action, region, error)
    }
  }
  const until = (signal?: AbortSignal) => (signal ? { abortSignal: signal } : {})

  return {
    region,
    patience,
    startSnapshot: (input: StartSnapshotCommandInput, signal?: AbortSignal) =>
      ask('ebs:StartSnapshot', () => ebs.send(new sdk.StartSnapshotCommand(input), until(signal)), signal),

    /** `early` says of an error that it passes. */
    putBlock: (
      { data, ...input }: Omit<PutSnapshotBlockCommandInput, 'BlockData'> & { data: Buffer },
      signal: AbortSignal,
      early: (error: unknown) => boolean,
    ) =>
      ask(
        'ebs:PutSnapshotBlock',
        () =>
          ebs.send(new sdk.PutSnapshotBlockCommand({ ...input, BlockData: piecewise(data) }), until(signal)),
        signal,
        early,
      ),

    completeSnapshot: (input: CompleteSnapshotCommandInput, signal?: AbortSignal) =>
      ask(
        'ebs:CompleteSnapshot',
        () => ebs.send(new sdk.CompleteSnapshotCommand(input), until(signal)),
        signal,
      ),

    /** Our account's, those of them that pass the filters. */
    async snapshots(Filters: Filter[], signal?: AbortSignal): Promise<Snapshot[]> {
      const input = { OwnerIds: ['self'], Filters, MaxResults: PAGE }
      return pages(async (NextToken) => {
        const command = new sdk.DescribeSnapshotsCommand({ ...input, ...(NextToken && { NextToken }) })
        const page = await ask('ec2:DescribeSnapshots', () => ec2.send(command, until(signal)), signal)
        return [page.Snapshots ?? [], page.NextToken]
      })
    },

    /** One that is deregistered may be shown for a while. */
    async images(Filters: Filter[], signal?: AbortSignal): Promise<Image[]> {
      const input = { Owners: ['self'], Filters, MaxResults: PAGE }
      return pages(async (NextToken) => {
        const command = new sdk.DescribeImagesCommand({ ...input, ...(NextToken && { NextToken }) })
        const page = await ask('ec2:DescribeImages', () => ec2.send(command, until(signal)), signal)
        return [page.Images ?? [], page.NextToken]
      }).then((images) => images.filter(({ State }) => State !== 'deregistered'))
    },

    registerImage: (input: RegisterImageCommandInput, signal?: AbortSignal) =>
      ask('ec2:RegisterImage', () => ec2.send(new sdk.RegisterImageCommand(input), until(signal)), signal),

    tag: (Resources: string[], tags: Record<string, string>, signal?: AbortSignal) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
      const command = new sdk.CreateTagsCommand({ Resources, Tags })
      return ask('ec2:CreateTags', () => ec2.send(command, until(signal)), signal)
    },

    deregisterImage: (ImageId: string) =>
      ask('ec2:DeregisterImage', () => ec2.send(new sdk.DeregisterImageCommand({ ImageId }))),

    /** A snapshot is in use for a moment after its AMI is gone. */
    deleteSnapshot: (SnapshotId: string) =>
      ask(
        'ec2:DeleteSnapshot',
        () => ec2.send(new sdk.DeleteSnapshotCommand({ SnapshotId })),
        undefined,
        (error) => (error as Error).name === 'InvalidSnapshot.InUse',
      ),
  }
}

/** TLS makes a copy of what it is given at once: of 64 whole blocks 32 MiB. */
function piecewise(data: Buffer): Readable {
  let at = 0
  return new Readable({
    highWaterMark: PIECE,
    read() {
      const piece = data.subarray(at, at + PIECE)
      at += piece.length
      this.push(piece.length > 0 ? piece : null)
    },
  })
}

/** All that the pages of an answer have. */
async function pages<T>(page: (token?: string) => Promise<[T[], string | undefined]>): Promise<T[]> {
  const all: T[] = []
  let token: string | undefined
  do {
    const [some, next] = await page(token)
    all.push(...some)
    token = next || undefined
  } while (token !== undefined)
  return all
}

import type { Image, RegisterImageCommandInput } from '@aws-sdk/client-ec2'
import * as words from '../words/aws.ts'
import type { Api } from './api.ts'
import { type CloudDisk, imageName } from './cloud-disk.ts'
import { awaited } from './patience.ts'
import { AwsFailure } from './refusal.ts'
import { diskFilters } from './snapshot.ts'
import { buildTags, ownerOf, tagsOf } from './tags.ts'

const ROOT = '/dev/xvda'
const DUPLICATE = 'InvalidAMIName.Duplicate'
const ALIVE = ['available', 'pending', 'transient']

/** An AMI, and the snapshot behind it. */
export type Registered = { id: string; snapshot: string }

/** The AMI that this disk has already. Another one under its name is an AwsFailure, before anything is sent. */
export async function findImage(
  api: Api,
  disk: CloudDisk,
  signal: AbortSignal,
): Promise<Registered | undefined> {
  const own = (await api.images(diskFilters(disk), signal)).find(({ State = '' }) => ALIVE.includes(State))
  if (own !== undefined) return adopt(api, disk, own, signal)
  const name = imageName(disk)
  const [other] = await api.images([{ Name: 'name', Values: [name] }], signal)
  if (other !== undefined) throw taken(name, other)
  return undefined
}

async function adopt(api: Api, disk: CloudDisk, image: Image, signal: AbortSignal): Promise<Registered> {
  const { id, snapshot } = registeredOf(image)
  const owner = ownerOf(image.Tags)
  if (owner?.build !== disk.build || owner.queued !== disk.queued)
    await api.tag([id, snapshot], buildTags(disk), signal)
  return { id, snapshot }
}

/**
 * Asks whether we may register, before anything is sent; a yes is an error as well. AWS may want more of a request
 * before it looks at who asks: then it shows later.
 */
export async function mayRegister(api: Api, disk: CloudDisk, signal: AbortSignal): Promise<void> {
  const input = { Name: imageName(disk), RootDeviceName: ROOT, Architecture: 'x86_64', DryRun: true } as const
  await api.registerImage(input, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    if ((error as AwsFailure).awsCode === 'UnauthorizedOperation') throw error
  })
}

/** Makes an AMI of a finished snapshot, and waits until it can be started. */
export async function registerImage(
  api: Api,
  disk: CloudDisk,
  snapshot: string,
  signal: AbortSignal,
): Promise<Registered> {
  const name = imageName(disk)
  const mapping = { SnapshotId: snapshot, VolumeType: 'gp3', DeleteOnTermination: true } as const
  const input: RegisterImageCommandInput = {
    Name: name,
    Description: `${disk.service} ${disk.version} from ${disk.repository}`.slice(0, 255),
    Architecture: 'x86_64',
    VirtualizationType: 'hvm',
    RootDeviceName: ROOT,
    BlockDeviceMappings: [{ DeviceName: ROOT, Ebs: mapping }],
    EnaSupport: true,
    // The disk has a loader for both firmwares.
    BootMode: 'uefi-preferred',
    ImdsSupport: 'v2.0',
    TagSpecifications: [{ ResourceType: 'image', Tags: tagsOf(disk) }],
  }
  const id = await api.registerImage(input, signal).then(
    ({ ImageId }) => ImageId,
    (error: unknown) => {
      if ((error as AwsFailure).awsCode === DUPLICATE) return undefined
      throw error
    },
  )
  if (id === undefined) return ourImage(api, disk, name, signal)
  await settledImage(api, id, signal)
  return { id, snapshot }
}

/** The answer to a registration may be lost: then the name is taken, by ourselves. */
async function ourImage(api: Api, disk: CloudDisk, name: string, signal: AbortSignal): Promise<Registered> {
  const look = async () => (await api.images([{ Name: 'name', Values: [name] }], signal))[0]
  const image = await awaited(api.patience, api.patience.call, look, signal)
  if (image === undefined) throw new AwsFailure('aws_refused', words.nameHidden(name), DUPLICATE)
  const owner = ownerOf(image.Tags)
  if (owner?.digest !== disk.digest || owner.service !== disk.service) throw taken(name, image)
  const registered = registeredOf(image)
  await settledImage(api, registered.id, signal)
  return registered
}

/** Waits until an AMI can be started; one that AWS cannot finish is taken away. */
async function settledImage(api: Api, id: string, signal: AbortSignal): Promise<void> {
  const { settled } = api.patience
  const look = async () => {
    const [image] = await api.images([{ Name: 'image-id', Values: [id] }], signal)
    return image?.State === 'pending' ? undefined : image
  }
  const image = await awaited(api.patience, settled, look, signal)
  if (image === undefined)
    throw new AwsFailure('aws_down', words.unsettled(id, Math.ceil(settled / 60_000)), 'pending')
  if (image.State === 'available') return
  const why = image.StateReason?.Message || image.State || words.reasonUnknown
  await api.deregisterImage(id)
  throw new AwsFailure('aws_refused', words.imageBroken(id, why), 'failed')
}

function registeredOf({ ImageId, BlockDeviceMappings }: Image): Registered {
  const root = BlockDeviceMappings?.find(({ Ebs }) => Ebs?.SnapshotId !== undefined)
  return { id: String(ImageId), snapshot: String(root?.Ebs?.SnapshotId) }
}

function taken(name: string, { ImageId }: Image): AwsFailure {
  return new AwsFailure('aws_refused', words.nameTaken(name, String(ImageId)), DUPLICATE)
}

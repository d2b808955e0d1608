import type { Api } from './api.ts'
import { AwsFailure } from './refusal.ts'
import { type Lost, removeSnapshot } from './snapshot.ts'
import { DIGEST, ownerOf } from './tags.ts'

/** What is ours at AWS, by its tags. */
export type Owned = {
  service: string
  build: string
  queued: string
  digest: string
  ami?: string
  snapshot?: string
}

const OURS = [{ Name: 'tag-key', Values: [DIGEST] }]

/** All that is ours in the region: AMIs with their snapshots, and the snapshots that have none. */
export async function owned(api: Api): Promise<Owned[]> {
  const [images, snapshots] = await Promise.all([api.images(OURS), api.snapshots(OURS)])
  const used = new Set<string>()
  const withImage = images.flatMap(({ ImageId, Tags, BlockDeviceMappings = [] }) => {
    const owner = ownerOf(Tags)
    const snapshot = BlockDeviceMappings.find(({ Ebs }) => Ebs?.SnapshotId)?.Ebs?.SnapshotId
    if (owner === undefined || ImageId === undefined) return []
    if (snapshot) used.add(snapshot)
    return [{ ...owner, ami: ImageId, ...(snapshot && { snapshot }) }]
  })
  const alone = snapshots.flatMap(({ SnapshotId, Tags }) => {
    const owner = ownerOf(Tags)
    return owner && SnapshotId && !used.has(SnapshotId) ? [{ ...owner, snapshot: SnapshotId }] : []
  })
  return [...withImage, ...alone]
}

const GONE = ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable']

/** Takes away an AMI and its snapshot; what is not there any more is fine. */
export async function remove(api: Api, { ami, snapshot }: Owned, lost: Lost): Promise<void> {
  if (ami !== undefined)
    await api.deregisterImage(ami).catch((error: unknown) => {
      if (!(error instanceof AwsFailure) || !GONE.includes(error.awsCode)) throw error
    })
  if (snapshot !== undefined) await removeSnapshot(api, snapshot, lost)
}

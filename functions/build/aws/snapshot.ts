import { createHash } from 'node:crypto'
import * as words from '../words/aws.ts'
import type { Api } from './api.ts'
import { BLOCK_BYTES } from './block.ts'
import type { CloudDisk } from './cloud-disk.ts'
import { awaited } from './patience.ts'
import { AwsFailure } from './refusal.ts'
import { buildTags, DIGEST, ownerOf, SERVICE, tagsOf, writtenOf } from './tags.ts'

/** A snapshot of a disk: `written` blocks of it are there, all of them if it is `completed`. */
export type Upload = { id: string; completed: boolean; written: number }

/** Minutes without a block after which AWS gives a snapshot up; a merge in error rests an hour at most. */
const GIVEN_UP_AFTER = 180

/** Snapshots that were begun and are gone: AWS goes on answering a client token with them. */
export type Lost = Set<string>

/** The snapshot of this disk that somebody before us began, or a new one. */
export async function openSnapshot(
  api: Api,
  disk: CloudDisk,
  lost: Lost,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Upload> {
  const found = (await snapshotsOf(api, disk, signal)).filter(({ id }) => !lost.has(id))
  const usable =
    found.find(({ state }) => state === 'completed') ?? found.find(({ state }) => state === 'pending')
  for (const { id, state } of found)
    if (state === 'error') {
      say(words.anew(id))
      await removeSnapshot(api, id, lost)
    }
  if (usable === undefined) {
    const id = await startSnapshot(api, disk, lost, signal)
    say(words.begins(id, api.region))
    return { id, completed: false, written: 0 }
  }
  if (usable.build !== disk.build || usable.queued !== disk.queued)
    await api.tag([usable.id], buildTags(disk), signal)
  const { id, written } = usable
  const completed = usable.state === 'completed'
  say(completed ? words.isThere(id) : words.goesOn(id, Math.floor((written * BLOCK_BYTES) / 2 ** 20)))
  return { id, completed, written }
}

async function snapshotsOf(api: Api, disk: CloudDisk, signal: AbortSignal) {
  const snapshots = await api.snapshots(diskFilters(disk), signal)
  return snapshots.flatMap(({ SnapshotId: id, State: state, Tags }) => {
    const owner = ownerOf(Tags)
    return id && owner ? [{ id, state, written: writtenOf(Tags), ...owner }] : []
  })
}

/** What of ours has this disk. */
export function diskFilters({ service, digest }: CloudDisk) {
  return [
    { Name: `tag:${SERVICE}`, Values: [service] },
    { Name: `tag:${DIGEST}`, Values: [digest] },
  ]
}

/**
 * A second start of the same gives the snapshot of the first, which may not be seen yet. AWS refuses a token that comes
 * back with other tags, so whose it is stands in it; and it answers with a snapshot that is gone as if it were there.
 */
async function startSnapshot(api: Api, disk: CloudDisk, lost: Lost, signal: AbortSignal): Promise<string> {
  const whose = [api.region, disk.digest, JSON.stringify(tagsOf(disk)), disk.gib]
  for (;;) {
    const { SnapshotId: id = '' } = await api.startSnapshot(
      {
        VolumeSize: disk.gib,
        Description: `${disk.service} ${disk.version}, ${disk.digest}`,
        Tags: tagsOf(disk),
        ClientToken: createHash('sha256').update(whose.join('\n')).digest('hex'),
        Timeout: GIVEN_UP_AFTER,
      },
      signal,
    )
    if (!lost.has(id)) return id
    whose.push(id)
  }
}

/** Waits until a snapshot can be used. One that is gone, or that AWS gives up, is an AwsFailure. */
export async function settledSnapshot(api: Api, id: string, signal: AbortSignal): Promise<void> {
  const { settled, call } = api.patience
  const began = performance.now()
  const end = await awaited(
    api.patience,
    settled,
    async () => {
      const [snapshot] = await api.snapshots([{ Name: 'snapshot-id', Values: [id] }], signal)
      if (snapshot === undefined) return performance.now() - began > call ? 'lost' : undefined
      if (snapshot.State === 'completed') return 'completed'
      return snapshot.State === 'error' ? snapshot.StateMessage || words.reasonUnknown : undefined
    },
    signal,
  )
  if (end === 'completed') return
  if (end === 'lost') throw snapshotLost(id)
  if (end === undefined)
    throw new AwsFailure('aws_down', words.unsettled(id, Math.ceil(settled / 60_000)), 'pending')
  throw new AwsFailure('aws_refused', words.snapshotBroken(id, end), 'error')
}

export const LOST = 'ResourceNotFoundException'

export function snapshotLost(id: string): AwsFailure {
  return new AwsFailure('aws_down', words.snapshotLost(id), LOST)
}

/** Deletes a snapshot; one that is not there any more is fine. */
export async function removeSnapshot(api: Api, id: string, lost: Lost): Promise<void> {
  lost.add(id)
  await api.deleteSnapshot(id).catch((error: unknown) => {
    if (!(error instanceof AwsFailure) || error.awsCode !== 'InvalidSnapshot.NotFound') throw error
  })
}

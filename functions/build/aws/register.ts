import type { Ami } from '../../shared/disk.ts'
import * as words from '../words/aws.ts'
import type { Api } from './api.ts'
import { type CloudDisk, imageName } from './cloud-disk.ts'
import { findImage, mayRegister, type Registered, registerImage } from './image.ts'
import { AwsFailure } from './refusal.ts'
import { LOST, type Lost, openSnapshot, removeSnapshot, settledSnapshot, type Upload } from './snapshot.ts'
import { upload } from './upload.ts'

/** A snapshot that is lost under our hands is made anew in the same call, so often. */
const ROUNDS = 3

type Say = (line: string) => void

/** Has AWS make an AMI of a disk; what is there of it already is used. */
export async function register(
  api: Api,
  disk: CloudDisk,
  lost: Lost,
  say: Say,
  signal: AbortSignal,
): Promise<Ami> {
  const { region } = api
  const name = imageName(disk)
  const there = await findImage(api, disk, signal)
  if (there !== undefined) {
    say(words.adopted(there.id, name, region))
    return { ...there, region }
  }
  await mayRegister(api, disk, signal)
  const made = await make(api, disk, lost, say, signal)
  say(words.registered(made.id, name, region))
  return { ...made, region }
}

async function make(
  api: Api,
  disk: CloudDisk,
  lost: Lost,
  say: Say,
  signal: AbortSignal,
): Promise<Registered> {
  for (let round = 1; ; round += 1) {
    const snapshot = await openSnapshot(api, disk, lost, say, signal)
    try {
      return await finish(api, disk, snapshot, say, signal)
    } catch (error) {
      signal.throwIfAborted()
      await tidy(api, snapshot, lost, say, error)
      if (!isLost(error)) throw error
      // Gone, or never seen by who takes the blocks: then it must not stay.
      await removeSnapshot(api, snapshot.id, lost)
      if (round === ROUNDS) throw error
      say(words.anew(snapshot.id))
    }
  }
}

async function finish(
  api: Api,
  disk: CloudDisk,
  snapshot: Upload,
  say: Say,
  signal: AbortSignal,
): Promise<Registered> {
  if (!snapshot.completed) {
    await upload(api, disk, snapshot, say, signal)
    await settledSnapshot(api, snapshot.id, signal)
  }
  return registerImage(api, disk, snapshot.id, signal)
}

/** What a person must mend first would only cost money until then; what passes goes on with its snapshot. */
async function tidy(api: Api, { id }: Upload, lost: Lost, say: Say, error: unknown): Promise<void> {
  if (!(error instanceof AwsFailure) || error.code !== 'aws_refused') return
  await removeSnapshot(api, id, lost).then(
    () => say(words.taken(id)),
    (thrown: unknown) => say(words.leftBehind(id, (thrown as Error).message)),
  )
}

function isLost(error: unknown): boolean {
  return error instanceof AwsFailure && error.awsCode === LOST
}

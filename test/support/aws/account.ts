import { createHash } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { invalid, Refusal } from './refusal.ts'

export const BLOCK_BYTES = 524_288

export type Tags = Record<string, string>

export type StoredSnapshot = {
  id: string
  status: 'pending' | 'sealing' | 'completed' | 'error'
  message?: string
  gib: number
  description: string
  started: number
  tags: Tags
  digests: Map<number, Buffer>
  /** How often it was put, block by block. */
  puts: Map<number, number>
  /** Looks and puts that do not see it yet. */
  unseen: { looks: number; puts: number }
  /** Looks that see it as pending after it was sealed. */
  sealing: number
  file: number
}

export type StoredImage = {
  id: string
  name: string
  state: 'pending' | 'available' | 'failed' | 'deregistered'
  snapshot: string
  tags: Tags
  /** What it was registered with. */
  input: Record<string, string>
  unseen: number
  pending: number
}

/** How long what is new stays unseen, in calls; AWS is eventually consistent. */
export type Lag = { put: number; look: number; seal: number; image: number }

const SNAPSHOTS = /^snap-[0-9a-f]{17}$/

/** What an account has in one region, with the rules that AWS documents. Blocks lie in `folder`, a raw file a snapshot. */
export function openAccount(folder: string, lag: Lag, now: () => number) {
  const snapshots = new Map<string, StoredSnapshot>()
  const images = new Map<string, StoredImage>()
  const tokens = new Map<string, { input: string; snapshot: StoredSnapshot }>()
  let numbers = 0
  const newId = (kind: string) => `${kind}-0${(++numbers).toString(16).padStart(16, '0')}`
  const fileOf = (id: string) => join(folder, `${id}.raw`)

  function find(id: string): StoredSnapshot {
    if (!SNAPSHOTS.test(id)) throw invalid(`snapshotId ${id} fails to satisfy the constraint`)
    const snapshot = snapshots.get(id)
    if (snapshot === undefined)
      throw new Refusal(404, 'ResourceNotFoundException', `The snapshot '${id}' does not exist.`)
    return snapshot
  }

  return {
    snapshots,
    images,
    newId,
    lag,
    fileOf,

    start(input: {
      gib: number
      description: string
      tags: Tags
      token?: string | undefined
    }): StoredSnapshot {
      const { gib, description, tags, token } = input
      const known = token === undefined ? undefined : tokens.get(token)
      if (known && known.input !== JSON.stringify(input))
        throw new Refusal(
          503,
          'ConflictException',
          'The request uses the same client token as a different one.',
        )
      // Even if it is gone.
      if (known) return known.snapshot
      const id = newId('snap')
      const file = openSync(fileOf(id), 'w')
      ftruncateSync(file, gib * 2 ** 30)
      const snapshot: StoredSnapshot = {
        id,
        status: 'pending',
        gib,
        description,
        started: now(),
        tags: { ...tags },
        digests: new Map(),
        puts: new Map(),
        unseen: { looks: lag.look, puts: lag.put },
        sealing: lag.seal,
        file,
      }
      snapshots.set(id, snapshot)
      if (token !== undefined) tokens.set(token, { input: JSON.stringify(input), snapshot })
      return snapshot
    },

    put(id: string, index: number, data: Buffer, checksum: string): void {
      const snapshot = find(id)
      if (snapshot.unseen.puts-- > 0)
        throw new Refusal(404, 'ResourceNotFoundException', `The snapshot '${id}' does not exist.`)
      if (snapshot.status !== 'pending') throw invalid('INVALID_SNAPSHOT: the snapshot is not pending')
      if (data.length !== BLOCK_BYTES) throw invalid(`INVALID_CONTENT: ${data.length} bytes`)
      const digest = createHash('sha256').update(data).digest()
      if (digest.toString('base64') !== checksum) throw invalid('INVALID_BLOCK: checksum')
      if ((index + 1) * BLOCK_BYTES > snapshot.gib * 2 ** 30)
        throw invalid('INVALID_BLOCK: beyond the volume')
      writeSync(snapshot.file, data, 0, data.length, index * BLOCK_BYTES)
      snapshot.digests.set(index, digest)
      snapshot.puts.set(index, (snapshot.puts.get(index) ?? 0) + 1)
    },

    complete(id: string, count: number, checksum: string | undefined): void {
      const snapshot = find(id)
      if (snapshot.status !== 'pending') throw invalid('INVALID_SNAPSHOT: the snapshot is not pending')
      if (count !== snapshot.digests.size) throw invalid('INVALID_CHANGED_BLOCKS_COUNT')
      if (checksum !== undefined && checksum !== linearOf(snapshot)) throw invalid('INVALID_CHECKSUM: linear')
      closeSync(snapshot.file)
      snapshot.status = 'sealing'
    },

    /** The snapshots that a look sees now; each look brings what is new nearer. */
    look(): StoredSnapshot[] {
      return [...snapshots.values()].filter((snapshot) => {
        if (snapshot.unseen.looks-- > 0) return false
        if (snapshot.status === 'sealing' && snapshot.sealing-- <= 0) snapshot.status = 'completed'
        return true
      })
    },

    lookAtImages(): StoredImage[] {
      return [...images.values()].filter((image) => {
        if (image.state === 'deregistered' || image.unseen-- > 0) return false
        if (image.state === 'pending' && image.pending-- <= 0) image.state = 'available'
        return true
      })
    },

    remove(id: string): void {
      const snapshot = snapshots.get(id)
      if (snapshot === undefined)
        throw new Refusal(400, 'InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`)
      const user = [...images.values()].find(
        (image) => image.snapshot === id && image.state !== 'deregistered',
      )
      if (user)
        throw new Refusal(
          400,
          'InvalidSnapshot.InUse',
          `The snapshot ${id} is currently in use by ${user.id}`,
        )
      snapshots.delete(id)
      rmSync(fileOf(id), { force: true })
    },
  }
}

export type Account = ReturnType<typeof openAccount>

/** SHA-256 over the digests of all blocks in the order of their places. */
export function linearOf({ digests }: Pick<StoredSnapshot, 'digests'>): string {
  const linear = createHash('sha256')
  for (const [, digest] of [...digests].sort(([a], [b]) => a - b)) linear.update(digest)
  return linear.digest('base64')
}

/** AWS's limits of tags. */
export function checkTags(tags: { Key?: string; Value?: string }[]): Tags {
  if (tags.length > 50) throw invalid('more than 50 tags')
  const known = new Map<string, string>()
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || Key.length > 128 || Value.length > 256 || /^aws:/i.test(Key))
      throw invalid(`tag ${Key}`)
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(Key + Value)) throw invalid(`tag ${Key}: ${Value}`)
    if (known.has(Key)) throw invalid(`tag ${Key} twice`)
    known.set(Key, Value)
  }
  return Object.fromEntries(known)
}

import type { Ami } from '../../shared/disk.ts'

/** What is put up: the disk of one build. */
export type CloudDisk = {
  service: string
  version: string
  build: string
  queued: string
  repository: string
  commit: string
  digest: string
  gib: number
  layer(): Promise<AsyncIterable<Buffer>>
}

/** What is ours at AWS, by its tags. */
export type Owned = {
  service: string
  build: string
  queued: string
  digest: string
  ami?: string
  snapshot?: string
}

export type Cloud = {
  register(disk: CloudDisk, say: (line: string) => void, signal: AbortSignal): Promise<Ami>
  owned(): Promise<Owned[]>
  remove(owned: Owned): Promise<void>
}

import type { Faults } from './faults.ts'
import type { Rate } from './rate.ts'
import type { DownloadLinks } from './tarball.ts'

export type SeenRequest = {
  method: string
  path: string
  headers: Record<string, string | string[] | undefined>
}

/** What all requests of one local GitHub share. The addresses are known once its listeners are up. */
export type Site = {
  folder: string
  token: string | undefined
  now: () => Date
  api: string
  codeload: string
  requests: SeenRequest[]
  faults: Faults
  rate: Rate
  downloads: DownloadLinks
  turn: <T>(key: string, work: () => Promise<T>) => Promise<T>
}

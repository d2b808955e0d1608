import type { IncomingHttpHeaders } from 'node:http2'
import type { Context } from './context.ts'
import { inMemory, type Listed, listing, type SyncedFile } from './synced.ts'
import type { ToldTimes } from './told-times.ts'

/** What of the sources an engine may have for one build. */
export type Offer = {
  /** The folder that it keeps between builds goes by this name: nobody else's build may have the same. */
  key: string
  dockerfile: SyncedFile
  context: readonly SyncedFile[]
}

const IGNORE_FILE = '.dockerignore'

/** A service's context, made at a commit of this time in ms. `service` names it among those of all repositories. */
export function offerOf(toldTimes: ToldTimes, service: string, context: Context, committed: number): Offer {
  const { files, dockerfile, dockerfileBytes, dockerfileBlob } = context
  const contents = [...files].map(([path, { blob }]) => contentAt(path, blob))
  const { key, times } = toldTimes.tell(
    service,
    [...contents, contentAt(dockerfile, dockerfileBlob)],
    committed,
  )
  const timeOf = (path: string, blob: string) => Number(times.get(contentAt(path, blob)))
  return {
    key,
    dockerfile: inMemory(dockerfile, dockerfileBytes, timeOf(dockerfile, dockerfileBlob)),
    context: [...files].map(([path, file]) => ({ ...file, path, time: timeOf(path, file.blob) })),
  }
}

function contentAt(path: string, blob: string): string {
  return `${blob} ${path}`
}

/**
 * What an engine gets for the headers of a `FileSync/DiffCopy`; undefined where it may have nothing. Before it reads
 * the context it looks for an ignore file, and keeps that apart. What the ignore file leaves out is not offered in the
 * first place, so the patterns that it then sends are not read; those that say what a Dockerfile copies only spare
 * bytes, and are not read either.
 */
export function offered(offer: Offer, headers: IncomingHttpHeaders): Listed[] | undefined {
  const name = headers['dir-name']
  if (name === 'dockerfile') return listing([offer.dockerfile])
  if (name !== 'context') return undefined
  const looks = headers.followpaths === IGNORE_FILE
  return listing(looks ? offer.context.filter(({ path }) => path === IGNORE_FILE) : offer.context)
}

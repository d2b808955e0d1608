import pLimit from 'p-limit'
import type { Description } from '../shared/disk-request.ts'
import { Failure } from '../shared/failure.ts'
import { log } from '../shared/log.ts'
import type { Secrets } from '../shared/secrets.ts'
import { amiAddress, askAmi } from './ami-service.ts'
import type { LayerSource } from './layers-tar.ts'
import { type Layer, NoDisk, requestDisk } from './request-disk.ts'
import * as places from './words/places.ts'

/** An image whose disk is wanted: what is said of it, and its layers, lowest first. */
export type Flat = {
  description: Omit<Description, 'sent' | 'nonce'>
  layers: LayerSource[]
}

export type DiskService = {
  /** Whether this installation has the service at all. */
  there: boolean
  /** A Failure where it does not answer now. */
  ready(): Promise<void>
  /** Has a disk made and lends its layer to `use`; a Failure says why there is none. One disk after another. */
  make<T>(image: Flat, use: (layer: Layer) => Promise<T>, signal: AbortSignal): Promise<T>
}

/** A disk that did not start, with the end of what its machine wrote to the console. */
export class NotBooted extends Failure {
  readonly console: string

  constructor(message: string, console: string) {
    super('disk_refused', message)
    this.console = console
  }
}

/** The service ami at `ami_host`; '' where there is none. */
export function openDiskService(amiHost: string, secrets: Secrets): DiskService {
  const turn = pLimit(1)
  const there = amiHost !== ''
  return {
    there,
    async ready() {
      if (!there) throw new Failure('no_disks')
      await askAmi(amiAddress(amiHost), (await secrets.rotating('payload-secret'))[0])
    },
    make: (image, use, signal) =>
      turn(async () => {
        signal.throwIfAborted()
        const secret = (await secrets.rotating('payload-secret'))[0]
        try {
          return await use(await requestDisk({ address: amiAddress(amiHost), secret, ...image, signal }))
        } catch (thrown) {
          throw signal.aborted ? signal.reason : toFailure(thrown)
        }
      }),
  }
}

/** What the service refuses is the image's fault; all else of it, and a connection that breaks, will pass. */
function toFailure(thrown: unknown): unknown {
  if (thrown instanceof Failure) return thrown
  if (!(thrown instanceof NoDisk)) {
    log('disk_broke', { error: thrown })
    return new Failure('ami_down', undefined, thrown)
  }
  if (thrown.status !== 422) return new Failure('ami_down', places.amiSaid(thrown.message))
  return thrown.console === undefined
    ? new Failure('disk_refused', thrown.message)
    : new NotBooted(thrown.message, thrown.console)
}

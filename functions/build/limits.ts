import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import { bytes, bytesOf } from '../shared/size.ts'
import type { Config } from './config.ts'
import * as refusals from './words/refusals.ts'

/** Ends a service's build after the minutes that its entry gives it, at the latest after `build_timeout`. */
export function deadline({ service_name: service, limits }: Entry, { buildTimeout }: Config): AbortSignal {
  const { minutes = Number.POSITIVE_INFINITY } = limits ?? {}
  const own = minutes * 60_000
  const sentence =
    own < buildTimeout
      ? refusals.tooLongFor(service, minutes)
      : refusals.tooLong(Math.round(buildTimeout / 1000))
  const controller = new AbortController()
  const stop = () => controller.abort(new Failure('build_timeout', sentence))
  setTimeout(stop, Math.min(own, buildTimeout)).unref()
  return controller.signal
}

/** Refuses an image over the size that its entry gives it, or over `image_size`; `stored` in bytes of its layers. */
export function refuseTooLarge(
  { service_name: service, limits }: Entry,
  { imageSize = Number.POSITIVE_INFINITY }: Config,
  stored: number,
): void {
  const limit = Math.min(limits?.size ? bytesOf(limits.size) : Number.POSITIVE_INFINITY, imageSize)
  if (stored > limit)
    throw new Failure('build_failed', refusals.tooLarge(service, bytes(stored), bytes(limit)))
}

import { toFailure, WrongMethod } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import { showMetrics } from './show-metrics.ts'
import type { Workshop } from './workshop.ts'

/**
 * Every call of build: those that fail are counted, and one shows what has been counted. That one has no signature,
 * because Prometheus makes none; no proxy of ours lets strangers get near it.
 */
export function observed(
  shop: Workshop,
  receive: (request: Request) => Promise<Reply>,
): (request: Request) => Promise<Reply> {
  return async (request) => {
    if (request.path === '/_/metrics') {
      if (request.method !== 'GET' && request.method !== 'HEAD') throw new WrongMethod('GET, HEAD')
      return showMetrics(shop)
    }
    return receive(request).catch((thrown: unknown) => {
      shop.metrics.failures.add(toFailure(thrown).code)
      throw thrown
    })
  }
}

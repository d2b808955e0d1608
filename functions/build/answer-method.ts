import { gunzipSync } from 'node:zlib'
import { type BuildRecord, isPublished } from '../shared/build-record.ts'
import type { MethodRequest } from '../shared/build-request.ts'
import { json, type Reply } from '../shared/http.ts'
import { log } from '../shared/log.ts'
import { openCall, runMethod } from './run-method.ts'
import * as answers from './words/answers.ts'
import type { Workshop } from './workshop.ts'

/** The end of a log that a failed call answers with, in characters. */
const TAIL = 4_000

/** The build method's answer: the result if it comes within `sync_wait`, else where it will stand. */
export async function answerMethod(
  shop: Workshop,
  request: MethodRequest,
  prefer: string | undefined,
): Promise<Reply> {
  const call = await openCall(shop, request)
  const record = `${shop.config.publicUrl}/function/badge/${call.record.service}/builds.json`
  const later = json(202, {
    accepted: answers.building(`${call.record.service}:${call.record.version}`),
    id: call.record.id,
    record,
  })
  const running = shop.works.call(call.record, () => runMethod(shop, call))
  running.catch((error: unknown) => log('method_failed', { service: call.record.service, error }))
  if (/\brespond-async\b/.test(prefer ?? '')) return later
  const ended = await Promise.race([running, wait(shop.config.syncWait)])
  return ended === undefined ? later : finished(shop, ended, record)
}

async function finished(shop: Workshop, build: BuildRecord, record: string): Promise<Reply> {
  const { service, version, state, digest, reason, commit, builtFrom, id } = build
  const image = `${shop.config.registryPull}/${service}:${version}`
  if (isPublished(build))
    return json(200, { state, image, digest, commit, built_from: builtFrom ?? commit, id, record })
  const layer = build.logs.at(-1)
  const text = layer ? gunzipSync(await shop.ledger.log(service, layer)).toString('utf8') : ''
  const status = state === 'failed' ? 422 : 502
  return json(status, { error: state, message: reason, id, record, log: text.slice(-TAIL) })
}

function wait(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms, undefined).unref()
  })
}

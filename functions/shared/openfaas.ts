import { randomUUID } from 'node:crypto'
import { toFailure, WrongMethod } from './failure.ts'
import { json, type Reply, type Request } from './http.ts'
import { log } from './log.ts'

type Event = {
  body: unknown
  headers: Record<string, string | string[] | undefined>
  method: string
  path: string
  query: Record<string, string | string[] | undefined>
}

type Context = {
  status(code: number): Context
  headers(values: Record<string, string>): Context
  succeed(value: string | Buffer): unknown
}

/**
 * The only file that knows OpenFaaS's node template. It never throws, because the template answers a throw with
 * HTTP 200 and the error's text, and it never calls `fail()`, which drops the headers (docs/decisions/0007).
 */
export function openfaas(handle: (request: Request) => Promise<Reply>) {
  const answer = async (event: Event): Promise<Reply> => handle(toRequest(event))
  return async (event: Event, context: Context): Promise<unknown> => {
    const reply = await answer(event).catch(toReply)
    return context.status(reply.status).headers(reply.headers).succeed(reply.body)
  }
}

function toReply(thrown: unknown): Reply {
  const failure = toFailure(thrown)
  const { code, message, cause } = failure
  const id = code === 'internal' ? randomUUID() : undefined
  if (id !== undefined || cause !== undefined) log('request_failed', { id, code, cause })
  const reply = json(failure.status, { error: code, message, id })
  return failure instanceof WrongMethod
    ? { ...reply, headers: { ...reply.headers, Allow: failure.allow } }
    : reply
}

function toRequest(event: Event): Request {
  return {
    method: event.method,
    // `faas-cli invoke build` calls /function/build.openfaas-fn, `invoke build/x` calls /x.openfaas-fn (docs/decisions/0007).
    path: event.path.replace(/\.openfaas-fn$/, '') || '/',
    query: first(event.query),
    headers: first(event.headers),
    // No body arrives as undefined, not as an empty Buffer (style.md F7).
    body: Buffer.isBuffer(event.body)
      ? event.body
      : Buffer.from(typeof event.body === 'string' ? event.body : ''),
  }
}

function first(values: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? value[0] : value])
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'))
}

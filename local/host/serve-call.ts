import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { type ParsedUrlQuery, parse } from 'node:querystring'
import { type Answer, type FunctionContext, functionContext } from './function-context.ts'
import { parseBody } from './parse-body.ts'
import { readBody } from './read-body.ts'
import { refusalPage } from './refusal-page.ts'
import { RefusedBody } from './refused-body.ts'
import { reply } from './reply.ts'

/** The template's FunctionEvent. `path` is as it came on the wire: Express does not decode `req.path`. */
export type FunctionEvent = {
  body: unknown
  headers: IncomingHttpHeaders
  method: string | undefined
  query: ParsedUrlQuery
  path: string
}
export type Handler = (event: FunctionEvent, context: FunctionContext) => unknown
export type BodySettings = { raw: boolean /** decoded bytes */; limit: number }

/**
 * One call of the handler, as the official node22 template makes it: a handler that throws is answered 200 with
 * the error's text (the status it had set, if it had set one), and `fail` drops the headers.
 */
export async function serveCall(
  handler: Handler,
  body: BodySettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.headers['content-type'] ||= 'text/plain'
  let event: FunctionEvent
  try {
    event = await functionEvent(request, body)
  } catch (error) {
    if (!(error instanceof RefusedBody)) throw error
    refusalPage(request, response, error)
    return
  }
  const answer: Answer = (failure, value) => {
    if (!failure) return reply(request, response, context.status(), context.headers(), value)
    console.error(failure)
    reply(request, response, context.status(), {}, String(failure))
  }
  const context = functionContext(answer)
  try {
    const value = await handler(event, context)
    if (!context.answered()) context.succeed(value)
  } catch (error) {
    answer(error)
  }
}

async function functionEvent(request: IncomingMessage, body: BodySettings): Promise<FunctionEvent> {
  const { headers, method } = request
  const bytes = await readBody(request, body.limit)
  // A proxy may send the whole address; Express takes the path out of it.
  const url = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/, '')
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  return {
    body: parseBody(bytes, headers['content-type'] ?? '', body.raw),
    headers,
    method,
    query: parse(query),
    path: path || '/',
  }
}

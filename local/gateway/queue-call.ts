import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Called } from './call.ts'
import { taggedHeaders } from './call-headers.ts'
import { callbackOf } from './callback.ts'
import type { Functions } from './functions.ts'
import { plainAnswer } from './plain-answer.ts'
import { bodyToQueue, deliver, TooLargeToQueue } from './queued-call.ts'
import { functionTarget } from './request-target.ts'

/**
 * An asynchronous call: 202 once it is queued. That the function exists is not checked, as in OpenFaaS: the
 * worker calls the gateway itself, later.
 */
export async function callLater(
  request: IncomingMessage,
  response: ServerResponse,
  { called, target: { path, query } }: Called,
  functions: Functions,
): Promise<void> {
  const { sent, answered } = taggedHeaders(request)
  const port = request.socket.localPort as number
  try {
    const body = await bodyToQueue(request)
    const callback = callbackOf(request.headers)
    if (callback === undefined) delete sent['x-callback-url']
    if (callback === 'invalid') return plainAnswer(response, 400, 'X-Callback-Url is no address', answered)
    const target = functionTarget({ path: `/function/${called}${path || '/'}`, query })
    const work = async () => {
      if (target !== undefined) await deliver({ port, called, target, headers: sent, body, callback })
    }
    if (!functions.queue.push(work)) {
      return plainAnswer(response, 500, 'Error queuing request: the queue is full', answered)
    }
    response.writeHead(202, { ...answered, 'content-length': 0 }).end()
  } catch (error) {
    if (error instanceof TooLargeToQueue) plainAnswer(response, 500, error.message, answered)
    else response.destroy()
  }
}

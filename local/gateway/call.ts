import type { IncomingMessage, ServerResponse } from 'node:http'
import { callHeaders } from './call-headers.ts'
import { forward } from './forward.ts'
import type { Functions, RunningFunction } from './functions.ts'
import { plainAnswer } from './plain-answer.ts'
import { bodyToQueue, deliver, TooLargeToQueue } from './queued-call.ts'
import { functionTarget, type RequestTarget } from './request-target.ts'

/** Where a stock faasd cuts every call, queued ones too (its gateway's write_timeout). */
const STOCK_CUT_MS = 60_000

export type Called = { name: string; namespace: string; target: RequestTarget }

/** A synchronous call: waits for the function's process, then streams both ways; cut after `cutMs`. */
export async function callNow(
  request: IncomingMessage,
  response: ServerResponse,
  called: Called,
  functions: Functions,
  cutMs = STOCK_CUT_MS,
): Promise<void> {
  const headers = callHeaders(request)
  const found = lookUp(called, functions)
  if (found === undefined) return unknownFunction(request, response, called, headers.answered)
  const cut = setTimeout(() => response.destroy(), cutMs)
  response.once('close', () => clearTimeout(cut))
  const target = functionTarget(called.target)
  const port = await found.process.running().catch(() => undefined)
  if (response.destroyed) return
  if (target === undefined || port === undefined) return plainAnswer(response, 502, '', headers.answered)
  const broken = () => found.process.exitOf(port)
  await forward(request, response, { port, target, headers, agent: functions.agent, broken })
  found.count()
}

/** An asynchronous call: 202 once it is queued. That the function exists is not checked, as in OpenFaaS. */
export async function callLater(
  request: IncomingMessage,
  response: ServerResponse,
  called: Called,
  functions: Functions,
): Promise<void> {
  const { sent, answered } = callHeaders(request)
  // Anyone could have the answer posted anywhere (docs/decisions/0007); artefacto never uses it.
  delete sent['x-callback-url']
  try {
    const body = await bodyToQueue(request)
    const full = !functions.queue.push(async () => {
      const found = lookUp(called, functions)
      const target = functionTarget(called.target)
      if (found === undefined || target === undefined) return
      const port = await found.process.running()
      const call = { port, target, headers: sent, body, agent: functions.agent, deadlineMs: STOCK_CUT_MS }
      await deliver(call).catch(() => found.process.exitOf(port))
      found.count()
    })
    if (full) return plainAnswer(response, 500, 'Error queuing request: the queue is full', answered)
    response.writeHead(202, { ...answered, 'Content-Length': '0' }).end()
  } catch (error) {
    if (error instanceof TooLargeToQueue) plainAnswer(response, 500, error.message, answered)
    else response.destroy()
  }
}

function lookUp({ name, namespace }: Called, functions: Functions): RunningFunction | undefined {
  return namespace === 'openfaas-fn' ? functions.find(name) : undefined
}

function unknownFunction(
  request: IncomingMessage,
  response: ServerResponse,
  { name, namespace }: Called,
  headers: ReturnType<typeof callHeaders>['answered'],
): void {
  request.resume()
  const reason = `server returned non-200 status code (404) for function, ${name}, body: `
  plainAnswer(response, 404, `error finding function ${name}.${namespace}: ${reason}`, headers)
}

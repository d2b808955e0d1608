import type { IncomingMessage, ServerResponse } from 'node:http'
import { callHeaders } from './call-headers.ts'
import { forward, noAnswer } from './forward.ts'
import type { Functions, RunningFunction } from './functions.ts'
import { functionTarget, type RequestTarget } from './request-target.ts'

/** Where a stock faasd cuts every call, queued ones too (its gateway's write_timeout). */
const STOCK_CUT_MS = 60_000

// github.com/openfaas/faas-provider, proxy/proxy.go
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'OPTIONS', 'HEAD']

/** `called` is the name as it stood in the address: NAME or NAME.NAMESPACE. */
export type Called = { called: string; name: string; namespace: string; target: RequestTarget }

/**
 * A synchronous call: waits for the function's process (or does not, see GatewayOptions.coldAnswers), then
 * streams both ways; cut after `cutMs`.
 */
export async function callNow(
  request: IncomingMessage,
  response: ServerResponse,
  called: Called,
  functions: Functions,
  cutMs = STOCK_CUT_MS,
): Promise<void> {
  const headers = callHeaders(request)
  const found = called.namespace === 'openfaas-fn' ? functions.find(called.name) : undefined
  if (found === undefined || (!functions.waits && found.process.deploying)) {
    return unknownFunction(request, response, called)
  }
  const target = functionTarget(called.target)
  // Go's gateway panics over an address that is none: the caller sees a connection that closes.
  if (target === undefined) return void response.destroy()
  if (!METHODS.includes(request.method ?? '')) {
    request.resume()
    return void response.writeHead(405, { ...headers.answered, 'content-length': 0 }).end()
  }
  const cut = setTimeout(() => response.destroy(), cutMs)
  response.once('close', () => clearTimeout(cut))
  const port = await portOf(found, functions)
  if (response.destroyed) return
  if (port === undefined) return noAnswer(request, response, headers.answered)
  const broken = () => found.process.exitOf(port)
  await forward(request, response, { port, target, headers, agent: functions.agent, broken })
  found.count()
}

async function portOf({ process }: RunningFunction, { waits }: Functions): Promise<number | undefined> {
  const listening = process.running().catch(() => undefined)
  return waits ? listening : process.port
}

// Go writes it without a line's end, and before a call gets its id (gateway/handlers/scaling.go).
function unknownFunction(request: IncomingMessage, response: ServerResponse, called: Called): void {
  request.resume()
  const { name, namespace } = called
  const reason = `server returned non-200 status code (404) for function, ${name}, body: `
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`error finding function ${name}.${namespace}: ${reason}`)
}

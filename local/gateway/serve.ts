import type { IncomingMessage, ServerResponse } from 'node:http'
import { answersPort } from './answers-port.ts'
import { isAdmin } from './basic-auth.ts'
import { callNow } from './call.ts'
import { GATEWAY_INFO } from './function-status.ts'
import type { Functions } from './functions.ts'
import { plainAnswer } from './plain-answer.ts'
import { callLater } from './queue-call.ts'
import { functionName, type Route, route } from './route.ts'

export type Served = { functions: Functions; adminPassword: () => string; cutMs?: number | undefined }

const FRONT = `artefacto's embedded gateway: OpenFaaS's HTTP contract on one machine
  /function/NAME          call a function
  /async-function/NAME    queue a call (POST)
  /system/functions       what runs (basic auth, user admin)
  /healthz                200 when every function listens`
const NOT_OFFERED = `the embedded gateway runs the functions that npm start gives it and changes none.
Their lines are in functions.log of the state folder (.artefacto), their secrets are the files in its secrets/.
To deploy, point faas-cli to an OpenFaaS`
const NOWHERE = { 400: '400 Bad Request', 404: '404 page not found', 405: '', 501: NOT_OFFERED }

/** Answers one request to the gateway. Never rejects: no request ends the process. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  served: Served,
): Promise<void> {
  // An aborted client is no error of the gateway; without a listener it would be thrown.
  request.on('error', () => {})
  response.on('error', () => {})
  try {
    await answer(request, response, served, route(request.method ?? 'GET', request.url ?? '/'))
  } catch {
    plainAnswer(response, 500, 'the gateway failed')
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { functions, adminPassword, cutMs }: Served,
  way: Route,
): Promise<void> {
  if (way.to === 'function') return callNow(request, response, way, functions, cutMs)
  if (way.to === 'queue') return callLater(request, response, way, functions)
  request.resume()
  if (way.to === 'redirect') return void response.writeHead(301, { Location: way.location }).end()
  if (way.to === 'nowhere') return plainAnswer(response, way.status, NOWHERE[way.status])
  if (way.to === 'front') return plainAnswer(response, 200, FRONT)
  if (way.to === 'health') return health(response, functions)
  if (!isAdmin(request.headers.authorization, adminPassword())) {
    return plainAnswer(response, 401, 'invalid credentials', {
      'WWW-Authenticate': 'Basic realm="Restricted"',
    })
  }
  json(response, administration(way, functions))
}

function administration(way: Route, functions: Functions): unknown {
  if (way.to === 'functions') return functions.all.map((one) => one.status())
  if (way.to === 'namespaces') return ['openfaas-fn']
  if (way.to === 'function-status') return functions.find(functionName(way.name).name)?.status()
  return GATEWAY_INFO
}

function json(response: ServerResponse, value: unknown): void {
  if (value === undefined) plainAnswer(response, 404, 'no such function')
  else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

async function health(response: ServerResponse, functions: Functions): Promise<void> {
  const checks = functions.all.map(async ({ name, process: { port } }) =>
    port !== undefined && (await answersPort(port)) ? undefined : name,
  )
  const silent = (await Promise.all(checks)).filter((name) => name !== undefined)
  if (silent.length === 0) plainAnswer(response, 200, 'OK')
  else plainAnswer(response, 503, `not listening: ${silent.join(', ')}`)
}

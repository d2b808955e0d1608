import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { request as ask, createServer } from 'node:https'
import { join } from 'node:path'
import type { State } from '../../local/state.ts'

/** A moment on the wire: the last of `steps` (`METHOD /path`), once those before it have been seen in this order. */
export type Moment = {
  steps: RegExp[]
  /** Whether the registry does what the last one asks, and only the answer never arrives. */
  done?: boolean
  /** Only the request that makes the moment waits; others like it pass. */
  once?: boolean
}

/** What the registry says instead of doing what matches. */
export type Refusal = { match: RegExp; status: number; body?: string }

type Held = Moment & {
  seen: number
  caught: () => void
  waiting: { go: () => void; response: ServerResponse }[]
}
type Identity = { cert: string; key: string }

/** Stands before the registry, for functions and engine alike, and is what goes wrong with it. */
export async function startFaultyRegistry(state: State, registryPort: number, port: number) {
  const file = (name: string) => readFileSync(join(state.certs, name), 'utf8')
  const own = { cert: file('registry.crt'), key: file('registry.key') }
  const puts = new Map<string, Set<string>>()
  let held: Held | undefined
  let refusal: Refusal | undefined
  let refused = 0

  function forward(
    request: IncomingMessage,
    answered: (answer: IncomingMessage) => void,
    failed: () => void,
  ) {
    const { method, url, headers } = request
    const options = { host: '127.0.0.1', port: registryPort, method, path: url, headers, ca: file('ca.crt') }
    const onward = ask(options, answered)
    onward.on('error', failed)
    request.on('error', () => onward.destroy())
    remember(puts, request)
    request.pipe(onward)
  }

  const server = createServer(own, (request, response) => {
    const line = `${request.method} ${request.url}`
    if (refusal?.match.test(line)) {
      refused += 1
      request.resume()
      response.writeHead(refusal.status, { 'content-type': 'application/json' })
      response.end(refusal.body ?? '{"errors":[{"code":"UNKNOWN","message":"no space left on device"}]}')
      return
    }
    const moment = held
    if (moment === undefined || !arrives(moment, line)) return pass(request, response)
    moment.waiting.push({ go: () => pass(request, response), response })
    if (!moment.done) return moment.caught()
    forward(
      request,
      (answer) => {
        answer.resume()
        moment.caught()
      },
      () => response.destroy(),
    )
  })

  function pass(request: IncomingMessage, response: ServerResponse): void {
    forward(
      request,
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
      () => response.destroy(),
    )
  }
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    /** Resolves when the moment is there; from then on what is like its last step gets no answer until `release`. */
    hold: (moment: Moment) =>
      new Promise<void>((caught) => {
        held = { ...moment, seen: 0, caught, waiting: [] }
      }),
    release: () => {
      for (const { response } of held?.waiting ?? []) response.destroy()
      held = undefined
    },
    /** Lets what was held go on as if nothing had been. */
    proceed: () => {
      const waiting = held?.waiting ?? []
      held = undefined
      for (const { go } of waiting) go()
    },
    refuse: (what?: Refusal) => {
      refusal = what
      refused = 0
    },
    /** How often it has refused since then. */
    refused: () => refused,
    /** Shows another certificate from now on, to new connections; without one its own again. */
    show: (identity: Identity = own) => {
      server.setSecureContext(identity)
      // As another server, or this one after a restart: a session that is resumed shows no certificate.
      server.setTicketKeys(randomBytes(48))
      server.closeAllConnections()
    },
    /** Every digest that was ever sent to the registry as `<service>:<version>`, whether or not it answered. */
    digests: (service: string, version: string): string[] => [...(puts.get(`${service}:${version}`) ?? [])],
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function arrives(held: Held, line: string): boolean {
  if (!held.steps[Math.min(held.seen, held.steps.length - 1)]?.test(line)) return false
  held.seen += 1
  return held.once ? held.seen === held.steps.length : held.seen >= held.steps.length
}

// What was sent counts, not what was answered: a registry that is killed has put what it never told.
function remember(puts: Map<string, Set<string>>, request: IncomingMessage): void {
  const [, service, version] =
    /^PUT \/v2\/([^/]+)\/manifests\/([^/]+)$/.exec(`${request.method} ${request.url}`) ?? []
  if (service === undefined) return
  const name = `${service}:${version}`
  const body = createHash('sha256')
  request.on('data', (part) => body.update(part))
  request.on('end', () => puts.set(name, (puts.get(name) ?? new Set()).add(`sha256:${body.digest('hex')}`)))
}

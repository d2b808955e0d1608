import { json, type Reply } from './reply.ts'

/**
 * How the next matching requests go wrong. `match` is looked for in `METHOD /path?query`, on the API and on the
 * download host. A rule with `status`, `body` or `redirectTo` answers instead of the real thing, one with only
 * `headers` adds them to it; the rest is done to whatever is answered.
 */
export type Fault = {
  match: RegExp | string
  /** How often it happens; without it until `clear()`. */
  times?: number
  status?: number
  headers?: Record<string, string>
  body?: string | Buffer
  /** Bytes of the body after which the connection breaks. */
  truncateAt?: number
  /** Bytes of the body after which nothing more comes, with the connection open. */
  stallAfter?: number
  redirectTo?: string
  delayMs?: number
  /** Nothing is answered before this has come. */
  until?: Promise<void>
  /** The connection is closed without an answer. */
  drop?: true
}

export type Faults = {
  add: (fault: Fault) => void
  clear: () => void
  /** The first rule that matches the request and is not used up. */
  take: (request: string) => Fault | undefined
}

/** An empty list of faults. */
export function createFaults(): Faults {
  let rules: { fault: Fault; left: number }[] = []
  return {
    add: (fault) => {
      const headers = lowerCase(fault.headers ?? {})
      rules.push({ fault: { ...fault, headers }, left: fault.times ?? Number.POSITIVE_INFINITY })
    },
    clear: () => {
      rules = []
    },
    take: (request) => {
      const rule = rules.find(({ fault, left }) => left > 0 && matches(fault.match, request))
      if (rule !== undefined) rule.left -= 1
      return rule?.fault
    },
  }
}

/** What a fault answers instead of the real thing; undefined when it lets that through. */
export function faultyReply(fault: Fault): Reply | undefined {
  const { status, body, redirectTo, headers = {} } = fault
  if (redirectTo !== undefined) {
    return { status: status ?? 302, headers: { location: redirectTo, ...headers }, body: Buffer.alloc(0) }
  }
  if (body !== undefined) {
    const type = { 'content-type': 'application/json; charset=utf-8' }
    return { status: status ?? 200, headers: { ...type, ...headers }, body: Buffer.from(body) }
  }
  return status === undefined ? undefined : json({ message: 'Switched on by a test' }, status, headers)
}

// search() and not test(): a global expression would remember where it was.
function matches(match: RegExp | string, request: string): boolean {
  return typeof match === 'string' ? request.includes(match) : request.search(match) >= 0
}

// So that a header of a fault replaces the real one and does not stand beside it.
function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

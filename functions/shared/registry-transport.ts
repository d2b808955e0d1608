import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createSecureContext, rootCertificates } from 'node:tls'
import { Failure } from './failure.ts'
import { bodyOf, callHttp } from './http-call.ts'
import { KeptAgent } from './kept-agent.ts'
import type { Secrets } from './secrets.ts'
import * as words from './words.ts'

/** A call to the registry, relative to its /v2/. */
export type RegistryCall = {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  headers?: Record<string, string>
  /** What comes as a stream is sent once: the password must be known from a call before. */
  body?: Buffer | AsyncIterable<Buffer>
  /** Whether the body of a 200 comes as a stream. */
  streams?: boolean
}

export type RegistryAnswer = {
  status: number
  headers: Record<string, string>
  body: Buffer
  stream?: AsyncIterable<Buffer>
}

const EVERYWHERE = '*'
const DEADLINE_MS = 30_000
/** Of a blob that comes as a stream: how long nothing may come of it. */
const SILENCE_MS = 60_000
const ANSWER_LIMIT = 64 * 1024 * 1024

/**
 * Authenticated HTTP to one OCI registry: Basic, or the token a Bearer challenge asks for
 * (https://distribution.github.io/distribution/spec/auth/token/). Answers of every status come back as they are;
 * only a registry that cannot be reached, or refuses the password, is a Failure.
 */
export function registryTransport(registryUrl: string, secrets: Secrets) {
  let agent: { ca: string | undefined; https: KeptAgent } | undefined
  const authorizations = new Map<string, string>()

  /**
   * A new CA (rotation) needs a new agent; otherwise connections are kept, a TLS handshake costs 5 requests' time.
   * Sessions are not resumed: Node does not look at the certificate again then, which may have ended since. Without a
   * CA, Node's own list is named: badge runs without it as the default (stack.yml).
   */
  function agentFor(ca: string | undefined): KeptAgent {
    if (agent === undefined || agent.ca !== ca) {
      const secureContext = createSecureContext({ ca: ca ?? [...rootCertificates] })
      agent = { ca, https: new KeptAgent({ keepAlive: true, maxCachedSessions: 0, secureContext }) }
    }
    return agent.https
  }

  async function send(url: string, call: Omit<RegistryCall, 'path'>, authorization?: string) {
    const tls = url.startsWith('https:') && { agent: agentFor(await secrets.find('registry-ca')) }
    const { method, body } = call
    return callHttp(url, {
      method,
      headers: { ...call.headers, ...(authorization && { authorization }) },
      body,
      ...tls,
      // How long a stream takes to send is for whoever gives it.
      silence: body === undefined || Buffer.isBuffer(body) ? DEADLINE_MS : 0,
    })
  }

  async function authorize(answer: IncomingMessage, scope: string): Promise<string> {
    const user = await secrets.need('registry-user')
    const basic = `Basic ${Buffer.from(`${user}:${await secrets.need('registry-password')}`).toString('base64')}`
    const challenge = String(answer.headers['www-authenticate'] ?? '')
    if (!/^bearer /i.test(challenge)) return basic
    const fields = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
    )
    const url = new URL(fields.realm ?? '')
    // The password goes only to a token service that speaks TLS.
    if (url.protocol !== 'https:') throw new Failure('registry_error', words.tokenServiceOpen)
    if (fields.service) url.searchParams.set('service', fields.service)
    url.searchParams.set('scope', fields.scope ?? scope)
    const token = await send(url.href, { method: 'GET' }, basic)
    const grant = JSON.parse(String(await bodyOf(token, ANSWER_LIMIT))) as {
      token?: string
      access_token?: string
    }
    return `Bearer ${grant.token ?? grant.access_token}`
  }

  /** Performs a call; `repository` is the scope that a token is asked for. */
  return async function perform(repository: string, call: RegistryCall): Promise<RegistryAnswer> {
    const target = new URL(call.path, `${registryUrl}/v2/`)
    // A Location of the registry's may name another host by `//host/`: the password does not follow it there.
    if (target.origin !== new URL(registryUrl).origin)
      throw new Failure('registry_error', words.otherHost(call.method, repository))
    const scope = `repository:${repository}:pull,push,delete`
    try {
      let answer = await send(target.href, call, authorizations.get(scope) ?? authorizations.get(EVERYWHERE))
      if (answer.statusCode === 401) {
        await bodyOf(answer, ANSWER_LIMIT)
        const authorization = await authorize(answer, scope)
        // A password is good for every repository; a token only for the one it was asked for.
        authorizations.set(authorization.startsWith('Basic ') ? EVERYWHERE : scope, authorization)
        answer = await send(target.href, call, authorization)
      }
      const { statusCode: status = 0 } = answer
      const streams = call.streams && status === 200
      if (streams) answer.setTimeout(0)
      const body = streams ? Buffer.alloc(0) : await bodyOf(answer, ANSWER_LIMIT)
      if (status === 401 || status === 403) throw new Failure('registry_error', words.passwordRefused(status))
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      )
      return { status, headers, body, ...(streams && { stream: limited(answer) }) }
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure('registry_down', words.registrySilent(reason(error)), error)
    }
  }
}

/** What stops in the middle throws; who reads it may take any time. */
async function* limited(stream: Readable): AsyncGenerator<Buffer> {
  const watch = () =>
    setTimeout(() => {
      stream.destroy(new Failure('registry_down', words.registrySilent(words.stoppedSending)))
    }, SILENCE_MS).unref()
  let late = watch()
  try {
    for await (const chunk of stream) {
      clearTimeout(late)
      yield chunk
      late = watch()
    }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('registry_down', words.registrySilent(reason(error)), error)
  } finally {
    clearTimeout(late)
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code ?? message ?? words.reasonUnknown
}

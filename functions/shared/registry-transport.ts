import { Agent } from 'node:https'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import axios, { type AxiosResponse } from 'axios'
import { Failure } from './failure.ts'
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
  let agent: { ca: string | undefined; https: Agent } | undefined
  const authorizations = new Map<string, string>()

  async function send(url: string, call: Omit<RegistryCall, 'path'>, authorization?: string) {
    const ca = await secrets.find('registry-ca')
    // A new CA (rotation) needs a new agent; otherwise connections are kept, a TLS handshake costs 5 requests' time.
    // Sessions are not resumed: Node does not look at the certificate again then, which may have ended since.
    if (agent === undefined || agent.ca !== ca)
      agent = { ca, https: new Agent({ keepAlive: true, maxCachedSessions: 0, ...(ca && { ca }) }) }
    const body = call.body
    return axios.request<Buffer | Readable>({
      url,
      method: call.method,
      headers: { ...call.headers, ...(authorization && { authorization }) },
      data: body === undefined || Buffer.isBuffer(body) ? body : Readable.from(body, { objectMode: false }),
      httpsAgent: agent.https,
      // With redirects on, axios buffers every body (docs/decisions/0004); identity transforms keep bytes bytes.
      maxRedirects: 0,
      maxBodyLength: Number.POSITIVE_INFINITY,
      maxContentLength: call.streams ? Number.POSITIVE_INFINITY : ANSWER_LIMIT,
      proxy: false,
      // axios counts until the answer: how long a stream takes to send is for whoever gives it.
      timeout: body === undefined || Buffer.isBuffer(body) ? DEADLINE_MS : 0,
      validateStatus: () => true,
      transformRequest: [(data) => data],
      responseType: call.streams ? 'stream' : 'arraybuffer',
      decompress: false,
    })
  }

  async function authorize(answer: AxiosResponse<Buffer | Readable>, scope: string): Promise<string> {
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
    const grant = JSON.parse(token.data.toString()) as { token?: string; access_token?: string }
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
      if (answer.status === 401) {
        await bytesOf(answer)
        const authorization = await authorize(answer, scope)
        // A password is good for every repository; a token only for the one it was asked for.
        authorizations.set(authorization.startsWith('Basic ') ? EVERYWHERE : scope, authorization)
        answer = await send(target.href, call, authorization)
      }
      if (answer.status === 401 || answer.status === 403)
        throw new Failure('registry_error', words.passwordRefused(answer.status))
      const headers = Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
      )
      const { status, data } = answer
      if (call.streams && status === 200)
        return { status, headers, body: Buffer.alloc(0), stream: limited(data as Readable) }
      return { status, headers, body: await bytesOf(answer) }
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

async function bytesOf({ data }: AxiosResponse<Buffer | Readable>): Promise<Buffer> {
  return data instanceof Readable ? buffer(data) : Buffer.from(data ?? '')
}

/** axios errors carry headers and bodies: only the code or the message goes on. */
function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code ?? message ?? words.reasonUnknown
}

import { STATUS_CODES } from 'node:http'
import type { Trust } from '../../functions/build/github-trust.ts'
import { bodyOf, callHttp, type HttpCall } from '../../functions/shared/http-call.ts'

/** A webhook, as much of it as we look at; the keys are GitHub's. */
export type Hook = { id: number; config: { url?: string } }
export type HookDelivery = { id: number; event: string; status_code: number; status: string }

/** What is written into a webhook of ours. */
export type HookWish = {
  active: boolean
  events: string[]
  config: { url: string; content_type: 'json'; insecure_ssl: '0'; secret: string }
}

export type HooksApi = {
  list: () => Promise<Hook[]>
  create: (wish: HookWish) => Promise<Hook>
  update: (id: number, wish: Partial<HookWish>) => Promise<Hook>
  ping: (id: number) => Promise<void>
  /** Newest first. */
  deliveries: (id: number) => Promise<HookDelivery[]>
}

/** What GitHub answers when it does not do what was asked; without a status nobody answered. */
export class HookRefusal extends Error {
  status: number | undefined
  constructor(status: number | undefined, message: string) {
    super(message)
    this.name = 'HookRefusal'
    this.status = status
  }
}

const ANSWER_MS = 10_000
const ANSWER_LIMIT = 8 * 1024 * 1024

/** The webhooks of a repository by GitHub's API (https://docs.github.com/rest/repos/webhooks). */
export function hooksApi(api: string, repository: string, token: string, trust: Trust): HooksApi {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const url = `${api}/repos/${repository}/hooks${path}`
    const call = {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'artefacto',
        'x-github-api-version': '2022-11-28',
      },
      signal: AbortSignal.timeout(ANSWER_MS),
      body: body && JSON.stringify(body),
    }
    const { status, text } = await answerOf(url, call, trust).catch((error: Error) => {
      throw new HookRefusal(undefined, error.message)
    })
    if (status >= 300) throw new HookRefusal(status, wordsOf(text) ?? STATUS_CODES[status] ?? '')
    return (text === '' ? undefined : JSON.parse(text)) as T
  }
  return {
    // GitHub allows 20 for an event: one page has them all.
    list: () => ask('GET', '?per_page=100'),
    create: (wish) => ask('POST', '', { name: 'web', ...wish }),
    update: (id, wish) => ask('PATCH', `/${id}`, wish),
    ping: (id) => ask('POST', `/${id}/pings`),
    deliveries: (id) => ask('GET', `/${id}/deliveries?per_page=20`),
  }
}

async function answerOf(url: string, call: HttpCall, trust: Trust) {
  const answer = await callHttp(url, { ...call, ...(await trust(url)) })
  return { status: answer.statusCode ?? 0, text: String(await bodyOf(answer, ANSWER_LIMIT)) }
}

function wordsOf(text: string): string | undefined {
  try {
    const { message, errors = [] } = JSON.parse(text) as { message?: string; errors?: { message?: string }[] }
    return [message, ...errors.map((error) => error.message)].filter(Boolean).join(': ') || undefined
  } catch {
    return undefined
  }
}

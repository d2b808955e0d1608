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

/** The webhooks of a repository by GitHub's API (https://docs.github.com/rest/repos/webhooks). */
export function hooksApi(api: string, repository: string, token: string): HooksApi {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${api}/repos/${repository}/hooks${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'artefacto',
        'x-github-api-version': '2022-11-28',
      },
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body && { body: JSON.stringify(body) }),
    }).catch((error: Error) => {
      const { cause } = error
      throw new HookRefusal(undefined, cause instanceof Error ? cause.message : error.message)
    })
    const text = await answer.text()
    if (!answer.ok) throw new HookRefusal(answer.status, wordsOf(text) ?? answer.statusText)
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

function wordsOf(text: string): string | undefined {
  try {
    const { message, errors = [] } = JSON.parse(text) as { message?: string; errors?: { message?: string }[] }
    return [message, ...errors.map((error) => error.message)].filter(Boolean).join(': ') || undefined
  } catch {
    return undefined
  }
}

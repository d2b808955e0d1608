import { parseBadgeHint } from '../shared/badge-hint.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Registry } from '../shared/registry.ts'
import type { Secrets } from '../shared/secrets.ts'
import { verify } from '../shared/signature.ts'
import { admit } from './access.ts'
import { buildLog } from './build-log.ts'
import type { Config } from './config.ts'
import { history } from './history.ts'
import { imageReply, shieldsReply } from './image.ts'
import type { LiveLog } from './live-log.ts'
import { type Look, UNKNOWN } from './look.ts'
import { openapiReply } from './openapi.ts'
import { recent } from './recent.ts'
import { route } from './route.ts'
import { see } from './see.ts'

type Parts = { config: Config; secrets: Secrets; ledger: Ledger; registry: Registry; live: LiveLog }

/** Spares the registry; build's hint makes a change visible at once. */
const KEPT = { keepMs: 5_000, entries: 1_000 }

/**
 * Shows the truth of the ledger and the registry: badges to everybody, histories and logs to who holds the key.
 * A badge is always an image, also of a service that nobody knows and of a registry that is away.
 */
export function show({ config, secrets, ledger, registry, live }: Parts) {
  const looks = recent((service) => see({ ledger, registry }, service), KEPT)
  const lookOf = async (service: string | undefined): Promise<Look> =>
    service === undefined ? UNKNOWN : looks.get(service)

  async function forget(request: Request): Promise<Reply> {
    const signature = request.headers['x-hub-signature-256']
    if (!verify(await secrets.rotating('payload-secret'), request.body, signature))
      throw new Failure('signature')
    for (const service of parseBadgeHint(request.body).services) looks.forget(service)
    return { status: 204, headers: {}, body: '' }
  }

  async function guarded(request: Request, service: string, page: () => Promise<Reply>): Promise<Reply> {
    const keys = config.publicPages ? undefined : await secrets.rotating('payload-secret')
    const redirect = keys && admit(request, service, keys, config.publicUrl.startsWith('https:'))
    if (redirect) return redirect
    const reply = await page()
    const guard = { 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' }
    return { ...reply, headers: { ...reply.headers, ...guard, 'X-Content-Type-Options': 'nosniff' } }
  }

  async function builds(service: string): Promise<Reply> {
    return json(200, await history(ledger, service, await lookOf(service), config.registryPull))
  }

  async function logText(service: string, id: string): Promise<Reply> {
    const record = await ledger.build(service, id)
    if (record === undefined) throw new Failure('not_found', `${service} has no build ${id}`)
    const body = await buildLog(ledger, live, record)
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body }
  }

  return async function handle(request: Request): Promise<Reply> {
    const target = route(request)
    switch (target.kind) {
      case 'svg':
        return imageReply(lookOf(target.service), request.headers)
      case 'shields':
        return shieldsReply(await lookOf(target.service))
      case 'builds':
        return guarded(request, target.service, () => builds(target.service))
      case 'log':
        return guarded(request, target.service, () => logText(target.service, target.id))
      case 'hint':
        return forget(request)
      case 'openapi':
        return openapiReply()
      case 'all':
      case 'service':
      case 'build':
      case 'live':
      case 'again':
        throw new Failure('not_found')
    }
  }
}

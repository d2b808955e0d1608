import { parseBadgeHint } from '../shared/badge-hint.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
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
import { pageReadings } from './readings.ts'
import { recent } from './recent.ts'
import { type Route, route } from './route.ts'
import { see } from './see.ts'
import { within } from './within.ts'
import * as words from './words.ts'

type Parts = { config: Config; secrets: Secrets; ledger: Ledger; registry: Registry; live: LiveLog }

/** Whether a person with a browser asks: scripts do not accept text/html by name. */
function wantsPage({ headers }: Request): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '')
}

/** The watchdog cuts a call after 15 s, without a word to the person who waits. */
const PAGE_MS = 10_000

/** A page that is loaded without pause is drawn once a second: badges wait for the same core. */
const DRAWN = { keepMs: 1_000, entries: 100 }

/** Spares the registry; build's hint makes a change visible at once. */
const KEPT = { keepMs: 5_000, entries: 1_000 }

/**
 * Shows the truth of the ledger and the registry: badges to everybody, pages and logs to who holds the key.
 * A badge is always an image, also of a service that nobody knows and of a registry that is away.
 */
export function show({ config, secrets, ledger, registry, live }: Parts) {
  const looks = recent((service) => see({ ledger, registry }, service), KEPT)
  const readings = pageReadings({ ledger, registry })
  const drawn = recent((name) => (name === '*' ? all() : page(name)), DRAWN)
  const lookOf = (service: string | undefined): Look | Promise<Look> =>
    service === undefined ? UNKNOWN : looks.get(service)

  async function forget(request: Request): Promise<Reply> {
    const signature = request.headers['x-hub-signature-256']
    if (!verify(await secrets.rotating('payload-secret'), request.body, signature))
      throw new Failure('signature')
    for (const service of parseBadgeHint(request.body).services) {
      looks.forget(service)
      readings.forget(service)
      drawn.forget(service)
      if (opened) (await opened).forget(service)
    }
    drawn.forget('*')
    return { status: 204, headers: {}, body: '' }
  }

  async function guarded(request: Request, service: string, page: () => Promise<Reply>): Promise<Reply> {
    const keys = config.publicPages ? undefined : await secrets.rotating('payload-secret')
    const redirect = keys && admit(request, service, keys, config.publicUrl.startsWith('https:'))
    if (redirect) return redirect
    const reply = await within(PAGE_MS, page())
    const guard = { 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' }
    return { ...reply, headers: { ...reply.headers, ...guard, 'X-Content-Type-Options': 'nosniff' } }
  }

  async function all(): Promise<Reply> {
    const { overviewPage } = await import('./overview-page.ts')
    return overviewPage(await readings.all(), config.githubUrl, Date.now())
  }

  async function page(service: string): Promise<Reply> {
    const { servicePage } = await import('./service-page.ts')
    const { sight, builds } = await readings.service(service)
    return servicePage(sight, builds, config, Date.now())
  }

  async function builds(service: string): Promise<Reply> {
    const [seen, records] = await Promise.all([lookOf(service), readings.freshBuilds(service)])
    return json(200, history(service, records, seen, config.registryPull))
  }

  let opened: Promise<ReturnType<typeof import('./build-pages.ts').buildPages>> | undefined
  const buildPages = async () => {
    opened ??= import('./build-pages.ts').then((pages) => pages.buildPages({ config, secrets, ledger, live }))
    return opened
  }

  /** Whoever holds the key of one service may read; what runs something asks for the key of all, on any setting. */
  async function wish(request: Request, target: Route & { kind: 'again' | 'cancel' }): Promise<Reply> {
    const keys = await secrets.rotating('payload-secret')
    const redirect = admit(request, '*', keys, config.publicUrl.startsWith('https:'))
    return redirect ?? (await buildPages()).wish(target.kind, target, request)
  }

  async function logText(service: string, id: string, download: boolean): Promise<Reply> {
    const record = await ledger.build(service, id)
    if (record === undefined) throw new Failure('not_found', words.noBuild(service, id))
    const body = await buildLog(ledger, live, record)
    const name = `${service}-${record.version}-${id}.log`
    const saved = download && { 'Content-Disposition': `attachment; filename="${name}"` }
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...saved }, body }
  }

  async function answer(request: Request, target: Route): Promise<Reply> {
    switch (target.kind) {
      case 'svg':
        return imageReply(lookOf(target.service), request.headers)
      case 'shields':
        return shieldsReply(await lookOf(target.service))
      case 'all':
        return guarded(request, '*', () => drawn.get('*'))
      case 'service':
        return guarded(request, target.service, () => drawn.get(target.service))
      case 'builds':
        return guarded(request, target.service, () => builds(target.service))
      case 'log':
        return guarded(request, target.service, () =>
          logText(target.service, target.id, 'download' in request.query),
        )
      case 'hint':
        return forget(request)
      case 'openapi':
        return openapiReply()
      case 'build':
        return guarded(request, target.service, async () => (await buildPages()).page(target, request))
      case 'live':
        return guarded(request, target.service, async () => (await buildPages()).grown(target, request))
      case 'again':
      case 'cancel':
        return wish(request, { ...target, kind: target.kind })
    }
  }

  return async function handle(request: Request): Promise<Reply> {
    try {
      return await answer(request, route(request))
    } catch (thrown) {
      // A fault of our own is answered with the id that it has in the log.
      if (!(thrown instanceof Failure) || thrown.code === 'internal' || !wantsPage(request)) throw thrown
      const { failurePage } = await import('./failure-page.ts')
      if (thrown.cause !== undefined) log('request_failed', { code: thrown.code, cause: thrown.cause })
      return failurePage(thrown, request)
    }
  }
}

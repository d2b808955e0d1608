import { parseBadgeHint } from '../shared/badge-hint.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
import type { Registry } from '../shared/registry.ts'
import type { Secrets } from '../shared/secrets.ts'
import { verify } from '../shared/signature.ts'
import { admit } from './access.ts'
import { branchView } from './branch-view.ts'
import { buildLog } from './build-log.ts'
import type { Config } from './config.ts'
import { history } from './history.ts'
import { imageReply, shieldsReply } from './image.ts'
import type { LiveLog } from './live-log.ts'
import { type Look, UNKNOWN } from './look.ts'
import { openapiReply } from './openapi.ts'
import { type Route, route } from './route.ts'
import { within } from './within.ts'
import * as words from './words.ts'

type Parts = { config: Config; secrets: Secrets; ledger: Ledger; registry: Registry; live: LiveLog }

/** Whether a person with a browser asks: scripts do not accept text/html by name. */
function wantsPage({ headers }: Request): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? '')
}

/** The watchdog cuts a call after 15 s, without a word to the person who waits. */
const PAGE_MS = 10_000

/**
 * Shows the truth of the ledger and the registry: badges to everybody, pages and logs to who holds the key.
 * A badge is always an image, also of a service that nobody knows and of a registry that is away.
 */
export function show({ config, secrets, ledger, registry, live }: Parts) {
  // Only branches of the setting have one: what strangers ask for makes no more of them.
  const views = new Map(
    config.branches.map((branch) => [branch, branchView({ config, ledger, registry }, branch)]),
  )
  const viewOf = ({ query }: Request) => views.get(query.branch ?? config.branches[0])
  const lookOf = (service: string | undefined, request: Request): Look | Promise<Look> =>
    (service !== undefined && viewOf(request)?.look(service)) || UNKNOWN

  /** What a page is of; one that has been let in learns what there is. */
  function shownView(request: Request) {
    const view = viewOf(request)
    if (view === undefined) throw new Failure('not_found', words.otherBranch(config.branches.join(' or ')))
    return view
  }

  async function forget(request: Request): Promise<Reply> {
    const signature = request.headers['x-hub-signature-256']
    if (!verify(await secrets.rotating('payload-secret'), request.body, signature))
      throw new Failure('signature')
    const { services } = parseBadgeHint(request.body)
    for (const view of views.values()) view.forget(services)
    for (const service of services) if (opened) (await opened).forget(service)
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

  async function page(request: Request, name: string): Promise<Reply> {
    return shownView(request).page(name)
  }

  async function builds(request: Request, service: string): Promise<Reply> {
    const view = shownView(request)
    const [seen, records] = await Promise.all([view.look(service), view.builds(service)])
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
        return imageReply(lookOf(target.service, request), request.headers)
      case 'shields':
        return shieldsReply(await lookOf(target.service, request))
      case 'all':
        return guarded(request, '*', () => page(request, '*'))
      case 'service':
        return guarded(request, target.service, () => page(request, target.service))
      case 'builds':
        return guarded(request, target.service, () => builds(request, target.service))
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

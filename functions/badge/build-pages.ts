import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Secrets } from '../shared/secrets.ts'
import { MOUNT } from './access.ts'
import { againPages } from './again.ts'
import { buildPage } from './build-page.ts'
import { buildViews } from './build-views.ts'
import type { Config } from './config.ts'
import type { LiveLog } from './live-log.ts'
import { liveReply } from './live-reply.ts'

type Parts = { config: Config; secrets: Secrets; ledger: Ledger; live: LiveLog }
type Place = { service: string; id: string }

/** The pages of single builds. Loaded with the first of them: badges do without. */
export function buildPages({ config, secrets, ledger, live }: Parts) {
  const views = buildViews(ledger, live)
  return {
    async page({ service, id }: Place, { query }: Request): Promise<Reply> {
      const go = numberOf(query.go)
      if (go !== undefined)
        return {
          status: 303,
          headers: { Location: `${MOUNT}/${service}/builds/${id}?at=${go}#L${go}` },
          body: '',
        }
      return buildPage(await views.see(service, id), config, numberOf(query.at), Date.now())
    },
    async grown({ service, id }: Place, { query: { from = '0', seen = '' } }: Request): Promise<Reply> {
      const line = numberOf(from)
      if (line === undefined) throw new Failure('bad_request', 'from must be a number of lines')
      return liveReply(await views.see(service, id), config, { from: line, seen }, Date.now())
    },
    again: againPages({ config, secrets, views }),
    forget: views.forget,
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

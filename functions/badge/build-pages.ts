import { Failure } from '../shared/failure.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Secrets } from '../shared/secrets.ts'
import { MOUNT } from './access.ts'
import { buildPage } from './build-page.ts'
import { type BuildView, buildViews } from './build-views.ts'
import type { Config } from './config.ts'
import { crowd } from './crowd.ts'
import type { LiveLog } from './live-log.ts'
import { liveReply } from './live-reply.ts'
import { wishPages } from './wish.ts'
import * as words from './words.ts'

type Parts = { config: Config; secrets: Secrets; ledger: Ledger; live: LiveLog }
type Place = { service: string; id: string }

/** Answers kept of one look at a build. */
const SHARED = 50

/** The pages of single builds. Loaded with the first of them: badges do without. */
export function buildPages({ config, secrets, ledger, live }: Parts) {
  const views = buildViews(ledger, live)
  const shared = sharedReplies()
  const next = crowd()
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
      if (line === undefined) throw new Failure('bad_request', words.notLines)
      const wait = next()
      const view = await views.see(service, id)
      return shared(view, `${line} ${seen}`, () =>
        liveReply(view, config, { from: line, seen, wait }, Date.now()),
      )
    },
    wish: wishPages({ config, secrets, views }),
    forget: views.forget,
  }
}

/** Those who look at the same and have seen the same get the same answer, which is made once. */
function sharedReplies() {
  const replies = new WeakMap<BuildView, Map<string, Reply>>()
  return (view: BuildView, asked: string, make: () => Reply): Reply => {
    const known = replies.get(view) ?? new Map<string, Reply>()
    const reply = known.get(asked) ?? make()
    if (known.size < SHARED) replies.set(view, known.set(asked, reply))
    return reply
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

import { adopt, DEFAULT_BRANCH, refresh } from './adopt.ts'
import { announce, type Event, eventsOf } from './announce.ts'
import { deliver, hookId, redeliver, type Webhook } from './delivery.ts'
import type { Hook } from './hook.ts'
import {
  commitAside,
  forwardBranch,
  type Move,
  mergeChange,
  openPull,
  pullOfHead,
  pushChange,
} from './merge.ts'
import { ping } from './payloads.ts'
import type { Pull } from './pull.ts'
import { findRepository, type Repository, renameRepository } from './repository.ts'
import type { LocalGitHub, Merge } from './server.ts'
import type { Site } from './site.ts'

type Making = Pick<LocalGitHub, 'create' | 'exists' | 'id' | 'rename'>
type Changing = Pick<LocalGitHub, 'merge' | 'push' | 'forward' | 'commitAside' | 'replayHead'>
type Calling = Pick<LocalGitHub, 'redeliver' | 'ping'>

/** How repositories come to be. */
export function makingActions(site: Site): Making {
  return {
    create: (fullName, from, { private: hidden = false, at = site.now() } = {}) =>
      site.turn(fullName.toLowerCase(), async () => {
        const known = findRepository(site.folder, fullName)
        if (known === undefined) return adopt(site.folder, fullName, from, { private: hidden, at })
        if (from === undefined || !('clone' in from)) throw new Error(`${known.fullName} exists already`)
        return refresh(known.directory, from.clone)
      }),
    exists: (fullName) => findRepository(site.folder, fullName) !== undefined,
    id: (fullName) => existing(site, fullName).ledger.id,
    rename: (from, to) =>
      inTurn(site, from, async (repository) => {
        if (findRepository(site.folder, to)) throw new Error(`${to} exists already`)
        renameRepository(site.folder, repository, to)
      }),
  }
}

/** What people do to a repository, and the deliveries that follow from it. */
export function changingActions(site: Site, webhook: Webhook | undefined): Changing {
  const conclude = async (fullName: string, { pull, move }: { pull: Pull; move: Move }, events: Event[]) => {
    const repository = existing(site, fullName)
    const deliveries = await announce(site, webhook, { repository, move, pull, events })
    return mergeOf(pull, move, deliveries)
  }
  const pushed = async (fullName: string, move: Move, events: Event[]) => {
    const news = { repository: existing(site, fullName), move, events }
    return { sha: move.after, deliveries: await announce(site, webhook, news) }
  }
  return {
    merge: async (fullName, { deliver: wanted, ...change }) => {
      const defaults = { title: 'A change', base: DEFAULT_BRANCH, method: 'merge' as const, at: site.now() }
      const merge = await inTurn(site, fullName, (it) => mergeChange(it, { ...defaults, ...change }))
      return conclude(fullName, merge, eventsOf(wanted))
    },
    push: async (fullName, { deliver: wanted, ...change }) => {
      const defaults = { branch: DEFAULT_BRANCH, message: 'A commit', at: site.now() }
      const move = await inTurn(site, fullName, (it) => pushChange(it, { ...defaults, ...change }))
      return pushed(fullName, move, eventsOf(wanted))
    },
    forward: async (fullName, { deliver: wanted, from = DEFAULT_BRANCH, to }) => {
      const move = await inTurn(site, fullName, (it) => forwardBranch(it, { from, to }))
      return pushed(fullName, move, eventsOf(wanted))
    },
    commitAside: (fullName, { pull, ...change }) =>
      inTurn(site, fullName, async (it) => {
        const full = { base: DEFAULT_BRANCH, at: site.now(), message: 'A commit aside', ...change }
        const sha = await commitAside(it, full)
        if (!pull) return { sha, number: undefined }
        const head = { ref: full.branch, sha }
        const { number } = await openPull(it, { title: full.message, base: full.base, head, at: full.at })
        return { sha, number }
      }),
    replayHead: async (fullName, branch = DEFAULT_BRANCH, wanted = true) => {
      const merge = await inTurn(site, fullName, (it) => pullOfHead(it, branch))
      return conclude(fullName, merge, eventsOf(wanted))
    },
  }
}

/** What one does on the webhook's own page. */
export function callingActions(site: Site, webhook: Webhook | undefined): Calling {
  const needed = () => {
    if (webhook === undefined) throw new Error('the local GitHub was started without a webhook')
    return webhook
  }
  return {
    redeliver: (delivery) => redeliver(needed(), delivery),
    ping: async (fullName) => {
      const repository = existing(site, fullName)
      return deliver(needed(), repository, 'ping', ping(site.api, repository, onlyHook(repository, needed())))
    },
  }
}

// The webhook that this GitHub was started with, as one of the API would be shown.
function onlyHook({ ledger }: Repository, { url, secret }: Webhook): Hook {
  const config = { content_type: 'json', insecure_ssl: '0', secret: secret(), url } as const
  const { created_at } = ledger
  const events = ['pull_request', 'push']
  return { id: hookId({ ledger }), active: true, events, config, created_at, updated_at: created_at }
}

// The ledger is read when the turn comes: another merge may have written it.
async function inTurn<T>(
  site: Site,
  fullName: string,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  existing(site, fullName)
  return site.turn(fullName.toLowerCase(), () => work(existing(site, fullName)))
}

function mergeOf(pull: Pull, move: Move, deliveries: Merge['deliveries']): Merge {
  return { sha: move.after, number: pull.number, mergedAt: pull.merged_at as string, deliveries }
}

/** The repository of that name; that there is none is an Error. */
export function existing(site: Site, fullName: string): Repository {
  const repository = findRepository(site.folder, fullName)
  if (repository === undefined) throw new Error(`the local GitHub has no repository ${fullName}`)
  return repository
}

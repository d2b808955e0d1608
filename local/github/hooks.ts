import { randomInt } from 'node:crypto'
import { linkHeader, pageOf, type RepositoryCall } from './call.ts'
import { type Hook, hookAsked, hookJson } from './hook.ts'
import { deliverToHook } from './hook-deliveries.ts'
import { type HookRequest, invalid, parseHook, urlMissing } from './hook-request.ts'
import { instant } from './instant.ts'
import { ping } from './payloads.ts'
import { json, type Reply } from './reply.ts'
import { findRepositoryById, type Repository, saveLedger } from './repository.ts'
import { mustHandleHooks } from './rights.ts'

const NOTHING: Reply = { status: 204, headers: {}, body: Buffer.alloc(0) }

/** `GET hooks`. */
export async function listHooks(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'read')
  const { hooks } = call.repository.ledger
  const { size, page } = pageOf(call.url.searchParams)
  const shown = hooks.slice((page - 1) * size, page * size)
  return json(
    shown.map((hook) => shownHook(call, hook)),
    200,
    linkHeader(call, hooks.length),
  )
}

/** `GET hooks/{id}`. */
export async function showHook(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'read')
  return json(shownHook(call, hookAsked(call, call.repository)))
}

/** `POST hooks`: makes a webhook and, as GitHub does, pings it. */
export async function createHook(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'write')
  const { active = true, events = ['push'], config } = parseHook(call.body)
  if (config === undefined) throw urlMissing()
  const now = instant(call.site.now())
  const id = randomInt(500_000_000, 900_000_000)
  const hook = { id, active, events, config, created_at: now, updated_at: now }
  await changeHooks(call, (hooks) => [...hooks, alone(hooks, hook)])
  void sendPing(call, hook)
  const shown = shownHook(call, hook)
  return json(shown, 201, { location: shown.url })
}

/** `PATCH hooks/{id}`: what is not said stays; `config` is replaced as a whole. */
export async function updateHook(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'write')
  const wanted: HookRequest = parseHook(call.body)
  const updated = { updated_at: instant(call.site.now()) }
  const repository = await changeHooks(call, (hooks, fresh) => {
    const known = hookAsked(call, fresh)
    const others = hooks.filter(({ id }) => id !== known.id)
    const changed = alone(others, { ...known, ...wanted, ...updated })
    return hooks.map((hook) => (hook === known ? changed : hook))
  })
  return json(shownHook(call, hookAsked(call, repository)))
}

/** `DELETE hooks/{id}`. */
export async function deleteHook(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'write')
  await changeHooks(call, (hooks, fresh) => {
    const known = hookAsked(call, fresh)
    return hooks.filter((hook) => hook !== known)
  })
  return NOTHING
}

/** `POST hooks/{id}/pings`. */
export async function pingHook(call: RepositoryCall): Promise<Reply> {
  mustHandleHooks(call, 'read')
  void sendPing(call, hookAsked(call, call.repository))
  return NOTHING
}

function sendPing({ site, repository }: RepositoryCall, hook: Hook): Promise<unknown> {
  const payload = ping(site.api, repository, hook)
  return deliverToHook(site, repository, hook, 'ping', payload)
}

function shownHook({ site, repository }: RepositoryCall, hook: Hook) {
  return hookJson(site.api, repository, hook, site.hookLog)
}

// "Multiple webhooks can share the same config as long as those webhooks do not have any events that overlap":
// https://docs.github.com/rest/repos/webhooks#create-a-repository-webhook
function alone(others: Hook[], hook: Hook): Hook {
  const same = others.filter(({ config }) => config.url === hook.config.url)
  if (same.some(({ events }) => events.some((event) => hook.events.includes(event)))) {
    throw invalid('Hook already exists on this repository')
  }
  return hook
}

async function changeHooks(
  { site, repository }: RepositoryCall,
  change: (hooks: Hook[], fresh: Repository) => Hook[],
): Promise<Repository> {
  return site.turn(repository.fullName.toLowerCase(), async () => {
    // Read again: another request may have written since this one was routed.
    const fresh = findRepositoryById(site.folder, repository.ledger.id) ?? repository
    fresh.ledger.hooks = change(fresh.ledger.hooks, fresh)
    saveLedger(fresh)
    return fresh
  })
}

import type { TakeOverRequest } from '../shared/build-request.ts'
import { Failure } from '../shared/failure.ts'
import { json, type Reply } from '../shared/http.ts'
import { unlessTorn } from '../shared/registry.ts'
import { allowed } from '../shared/repositories.ts'
import { currentName } from './current-name.ts'
import * as words from './words/github.ts'
import type { Workshop } from './workshop.ts'

/** Gives a service name to another repository, because an operator says so. */
export async function takeOver(shop: Workshop, request: TakeOverRequest): Promise<Reply> {
  const { service_name: service, repository: asked } = request
  const { repositories } = shop.config
  if (!allowed(repositories, asked)) throw new Failure('not_allowed')
  const known = await shop.github.repository(asked)
  if (known === undefined) throw new Failure('github_refused', words.notShown(asked))
  const repository = currentName(repositories, asked, known.full_name)
  const before = await unlessTorn(shop.ledger.owner(service), () => undefined)
  await shop.ledger.writeOwner(service, { repositoryId: known.id, repository })
  await shop.tellBadge([service])
  return json(200, { service_name: service, belongs_to: repository, before: before?.repository ?? null })
}

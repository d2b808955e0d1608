import { readConfig } from '../../functions/badge/config.ts'
import { show } from '../../functions/badge/show.ts'
import type { Reply, Request } from '../../functions/shared/http.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry, type Registry } from '../../functions/shared/registry.ts'
import type { RegistryAnswer, RegistryCall } from '../../functions/shared/registry-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { build, merge } from '../badge/records.ts'
import { IMAGE_TYPE } from '../build/image-in-memory.ts'
import { byTemplate } from './by-template.ts'
import { quickRegistry } from './quick-registry.ts'

export const SECRET = 'the payload secret'

const SECRETS: Secrets = {
  find: async () => SECRET,
  need: async () => SECRET,
  rotating: async () => [SECRET],
}

/** web 1.4.2, built, published, and there. */
export async function publishedWeb() {
  const quick = quickRegistry()
  const registry = openRegistry(quick.perform)
  const ledger = openLedger(registry)
  const bytes = Buffer.from('{"schemaVersion":2,"layers":[]}')
  const digest = await registry.putManifest('web', '1.4.2', IMAGE_TYPE, bytes)
  const log = { mediaType: 'x', digest: await ledger.putLog('web', Buffer.from('no gzip')), size: 7 }
  const record = build({ digest, logs: [log] })
  await ledger.writeOwner('web', { repositoryId: 7, repository: 'acme/shop' })
  await ledger.writeBuild(record)
  const { id, version } = record
  const services = [{ name: 'web', version, state: 'built' as const, build: id, digest }]
  await ledger.writeMerge(merge('built', { services }))
  return { quick, digest, id }
}

/** badge, answering by way of OpenFaaS's template, over a registry that `perform` plays. */
export function shownBadge(
  perform: (name: string, call: RegistryCall) => Promise<RegistryAnswer>,
  env: Record<string, string> = {},
): (request: Partial<Request>) => Promise<Reply> {
  const registry: Registry = openRegistry(perform)
  const config = readConfig(env)
  const live = async () => 'nothing' as const
  const handle = show({ config, secrets: SECRETS, ledger: openLedger(registry), registry, live })
  return async (request) => {
    const plain = { method: 'GET', path: '/', query: {}, headers: {}, body: Buffer.alloc(0) }
    return byTemplate(handle, { ...plain, ...request })
  }
}

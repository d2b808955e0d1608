import type { Reply, Request } from '../shared/http.ts'
import { openLedger } from '../shared/ledger.ts'
import { openfaas } from '../shared/openfaas.ts'
import { openRegistry } from '../shared/registry.ts'
import { registryTransport } from '../shared/registry-transport.ts'
import { secretsIn } from '../shared/secrets.ts'
import { readConfig } from './config.ts'
import { liveLogAt } from './live-log.ts'
import { show } from './show.ts'

// Wired at the first call, not at load: OpenFaaS's template loads the module in places that have no configuration.
let handle: ((request: Request) => Promise<Reply>) | undefined

function wire() {
  const config = readConfig(process.env)
  const secrets = secretsIn(config.secretFolder)
  const registry = openRegistry(registryTransport(config.registryUrl, secrets))
  const live = liveLogAt(config.gatewayUrl, secrets)
  return show({ config, secrets, ledger: openLedger(registry, config.branches), registry, live })
}

export default openfaas(async (request) => {
  handle ??= wire()
  return handle(request)
})

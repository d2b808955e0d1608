import type { Reply, Request } from '../shared/http.ts'
import { openfaas } from '../shared/openfaas.ts'
import { secretsIn } from '../shared/secrets.ts'
import { readConfig } from './config.ts'
import { enqueueAt } from './queue.ts'
import { receiver } from './receive.ts'

// Wired at the first call, not at load: OpenFaaS's template loads the module in places that have no configuration.
let receive: ((request: Request) => Promise<Reply>) | undefined

function wire() {
  const { branches, repositories, gatewayUrl, secretFolder } = readConfig(process.env)
  return receiver({
    rules: { branches, repositories },
    secrets: secretsIn(secretFolder),
    enqueue: enqueueAt(gatewayUrl),
    now: () => new Date(),
  })
}

export default openfaas(async (request) => {
  receive ??= wire()
  return receive(request)
})

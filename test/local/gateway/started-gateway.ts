import { type FunctionSpec, type Gateway, startGateway } from '../../../local/gateway/gateway.ts'
import { compiledHost } from '../host/compiled-host.ts'
import { handlerFolder } from '../host/handler-folder.ts'
import { type Answer, type Call, calling } from '../host/running-host.ts'

const host = compiledHost()

export type StartedGateway = Gateway & {
  call(path: string, call?: Call): Promise<Answer>
  /** what the functions wrote */
  lines: string[]
}

/** A gateway on a free port with these handlers (name: body of the handler); admin's password is `open`. */
export async function startedGateway(handlers: Record<string, string>): Promise<StartedGateway> {
  const lines: string[] = []
  const functions: FunctionSpec[] = Object.entries(handlers).map(([name, source]) => ({
    name,
    dir: handlerFolder(source),
    env: { RAW_BODY: 'true', greeting: `I am ${name}` },
    host,
    labels: { part: name },
  }))
  const gateway = await startGateway({
    port: 0,
    functions: () => functions,
    adminPassword: () => 'open',
    log: (line) => lines.push(line),
  })
  return { ...gateway, lines, call: (path, call) => calling(gateway.url, path, call) }
}

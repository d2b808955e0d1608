import { fstatSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { byteSize } from './byte-size.ts'
import { type Handler, serveCall } from './serve-call.ts'

/**
 * The process one function runs in: what https://github.com/openfaas/templates (template/node22/index.js) is
 * inside an image, on node's own modules so that it is ready in milliseconds. Prints `{"listening":PORT}`.
 * No signal handler: like the template it dies of SIGTERM at once.
 */
function main(env: NodeJS.ProcessEnv): void {
  if (!env.function_dir) throw new Error('function_dir is not set: it names the folder that holds handler.js')
  const handler = createRequire(join(env.function_dir, '/'))('./handler.js') as Handler
  const body = { raw: env.RAW_BODY === 'true', limit: byteSize(env.MAX_RAW_SIZE || '100kb') }
  const server = createServer((request, response) => {
    // What fails past the handler's own catch (a status node refuses) ends the process, as in the template.
    void serveCall(handler, body, request, response)
  })
  // The gateway keeps its connections: closing an idle one could cross a call that is on its way.
  server.keepAliveTimeout = 0
  server.listen(Number(env.http_port || 3000), '127.0.0.1', () => {
    console.log(JSON.stringify({ listening: (server.address() as AddressInfo).port }))
  })
}

/** A gateway that was killed leaves no function behind, which would go on beside that of the next one. */
function endWithGateway(): void {
  if (fstatSync(0).isSocket()) process.stdin.once('close', () => process.exit(1)).resume()
}

main(process.env)
endWithGateway()

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { callNow } from '../../../local/gateway/call.ts'
import { createFunctions } from '../../../local/gateway/functions.ts'
import { compiledHost } from '../host/compiled-host.ts'
import { handlerFolder } from '../host/handler-folder.ts'
import { calling } from '../host/running-host.ts'

const cut = suite('callNow')
cut('closes the connection without an answer when the time is up (faasd.md 3.8)', async () => {
  const dir = handlerFolder('await new Promise(() => {})')
  const functions = createFunctions([{ name: 'slow', dir, env: {}, host: compiledHost() }], () => {})
  const called = { called: 'slow', name: 'slow', namespace: 'openfaas-fn', target: { path: '', query: '' } }
  const server = createServer((request, response) => void callNow(request, response, called, functions, 50))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await calling(origin, '/').then(
    () => assert.unreachable('it was answered'),
    (error: NodeJS.ErrnoException) => assert.is(error.code, 'ECONNRESET'),
  )
  server.close()
  await functions.stop()
})
cut.run()

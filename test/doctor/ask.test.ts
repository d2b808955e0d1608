import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, whyNot } from '../../functions/build/doctor/ask.ts'

const NEVER = new AbortController().signal

const asks = suite('a question of the doctor')
asks('takes no connection that was kept: it may lead to a server that is gone', async () => {
  const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`
  assert.is((await ask({ url }, NEVER)).status, 200)
  // Node puts a connection aside some turns after its answer was read.
  for (let turns = 0; turns < 20; turns += 1) await turn()
  // Within this moment the asking side does not yet know that its connection has ended.
  server.close()
  server.closeAllConnections()
  const why = await ask({ url }, NEVER).then(() => 'an answer', whyNot)
  assert.is(why, 'ECONNREFUSED')
})
asks.run()

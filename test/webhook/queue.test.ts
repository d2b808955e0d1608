import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseBuildRequest } from '../../functions/shared/build-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { verify } from '../../functions/shared/signature.ts'
import { enqueueAt } from '../../functions/webhook/queue.ts'
import { SHA } from './deliveries.ts'

type Call = { path: string; headers: IncomingHttpHeaders; body: Buffer }
const merge = { repository_id: 7, repository: 'acme/shop', sha: SHA, pull_request: 12 }

let calls: Call[] = []
let answers: Record<string, number | 'hang' | 'cut' | 'half'> = {}
let server: Server
const enqueue = () => enqueueAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)(merge, 'first')
const refused = (error: unknown) => error instanceof Failure && error.code === 'queue_down'

const queue = suite('webhook queue')
queue.before.each(async () => {
  calls = []
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const path = request.url ?? ''
    calls.push({ path, headers: request.headers, body: Buffer.concat(chunks) })
    const answer = answers[path] ?? 404
    if (answer === 'cut') request.socket.destroy()
    else if (answer === 'half') response.writeHead(202).write('{')
    else if (answer !== 'hang') response.writeHead(answer, { Location: '/elsewhere' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
queue.after.each(
  () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
)

queue('posts a request that build takes: small, signed and JSON', async () => {
  answers = { '/async-function/build': 202 }
  await enqueue()
  const [call] = calls
  assert.is(calls.length, 1)
  assert.equal(parseBuildRequest(call?.body as Buffer), { kind: 'merge', merge })
  const header = call?.headers['x-hub-signature-256'] as string
  assert.ok(verify(['first'], call?.body as Buffer, header))
  assert.is(call?.headers['content-type'], 'application/json')
})
for (const [title, answer] of [
  ['refuses', 500],
  ['breaks the connection', 'cut'],
  ['redirects', 302],
  ['does not answer in time', 'hang'],
  ['does not end its answer in time', 'half'],
] as const)
  queue(`calls build itself where the queue ${title}`, async () => {
    answers = { '/async-function/build': answer, '/function/build': 202 }
    await enqueue()
    assert.equal(
      calls.map(({ path }) => path),
      ['/async-function/build', '/function/build'],
    )
    assert.equal(calls[1]?.body, calls[0]?.body)
  })
queue('fails when neither takes it', async () => {
  answers = { '/async-function/build': 500, '/function/build': 503 }
  const error = await enqueue().catch((thrown: unknown) => thrown)
  assert.ok(refused(error))
})
queue('fails when the gateway is not there', async () => {
  const gone = enqueueAt('http://127.0.0.1:1')
  assert.ok(refused(await gone(merge, 'first').catch((thrown: unknown) => thrown)))
})
queue.run()

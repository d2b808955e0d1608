import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure, WrongMethod } from '../../functions/shared/failure.ts'
import type { Reply, Request } from '../../functions/shared/http.ts'
import { json } from '../../functions/shared/http.ts'
import { openfaas } from '../../functions/shared/openfaas.ts'

type Event = Parameters<ReturnType<typeof openfaas>>[0]
const EVENT: Event = { method: 'POST', path: '/', query: {}, headers: {}, body: undefined }

/** What the template is told, by a context like its own. */
async function told(
  handle: (request: Request) => Promise<Reply>,
  event: Partial<Event> = {},
): Promise<Reply> {
  const reply: Reply = { status: 0, headers: {}, body: '' }
  const context = {
    status: (code: number) => Object.assign(reply, { status: code }) && context,
    headers: (headers: Record<string, string>) => Object.assign(reply, { headers }) && context,
    succeed: (body: string | Buffer) => Object.assign(reply, { body }),
  }
  await openfaas(handle)({ ...EVENT, ...event }, context)
  return reply
}

/** The request that a handler gets. */
async function requestOf(event: Partial<Event>): Promise<Request> {
  let got: Request | undefined
  await told(async (request) => {
    got = request
    return json(200, {})
  }, event)
  return got as Request
}

/** What is written to stderr meanwhile. */
async function logged<T>(work: () => Promise<T>): Promise<[T, string]> {
  const { write } = process.stderr
  let text = ''
  process.stderr.write = (chunk: unknown) => {
    text += chunk
    return true
  }
  const result = await work().finally(() => {
    process.stderr.write = write
  })
  return [result, text]
}

const requests = suite('openfaas request')
requests('has the bytes that were sent', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0x0a])
  assert.equal((await requestOf({ body: bytes })).body, bytes)
})
requests('has no bytes where no body came', async () => assert.is((await requestOf({})).body.length, 0))
requests('has the bytes of a body that came as text', async () =>
  assert.is((await requestOf({ body: 'Zoë' })).body.toString(), 'Zoë'),
)
requests('has no bytes for a body that is no longer what was sent', async () =>
  assert.is((await requestOf({ body: { parsed: true } })).body.length, 0),
)
requests('has the first value of what came several times', async () => {
  const { query, headers } = await requestOf({ query: { from: ['1', '2'] }, headers: { 'x-a': ['b', 'c'] } })
  assert.equal([query, headers], [{ from: '1' }, { 'x-a': 'b' }])
})
requests('has only text in its query', async () => {
  const query = { a: 'x', b: undefined, c: { deep: 'y' }, d: [], e: [{}] } as unknown as Event['query']
  assert.equal((await requestOf({ query })).query, { a: 'x' })
})
requests('keeps a key __proto__ from reaching anything', async () => {
  const { query } = await requestOf({ query: JSON.parse('{"__proto__":"x","a":"b"}') })
  assert.is(query.a, 'b')
  assert.is(({} as { x?: string }).x, undefined)
})
const PATHS: [string, string][] = [
  ['/', '/'],
  ['', '/'],
  ['/web.svg', '/web.svg'],
  ['/web.openfaas-fn', '/web'],
  ['/web/builds.json.openfaas-fn', '/web/builds.json'],
  ['/.openfaas-fn', '/'],
  ['/web.openfaas-fn/x', '/web.openfaas-fn/x'],
]
for (const [path, expected] of PATHS)
  requests(`takes the path "${path}" for "${expected}"`, async () =>
    assert.is((await requestOf({ path })).path, expected),
  )
requests.run()

const replies = suite('openfaas reply')
replies('is what the handler answers', async () => {
  const reply = { status: 202, headers: { 'X-A': 'b' }, body: Buffer.from([0]) }
  assert.equal(await told(async () => reply), reply)
})
replies('is one line of JSON for a Failure, with its status and nothing of its cause', async () => {
  const failure = new Failure('version_taken', 'version 1.4.2 of web is taken; raise it', new Error('canary'))
  assert.equal(
    await told(() => Promise.reject(failure)),
    json(409, { error: 'version_taken', message: 'version 1.4.2 of web is taken; raise it' }),
  )
})
replies('names the methods that a path takes where it is called by another one', async () => {
  const { status, headers } = await told(() => Promise.reject(new WrongMethod('GET, HEAD')))
  assert.equal([status, headers.Allow], [405, 'GET, HEAD'])
})
const broken = new Error('canary at /srv/secret')
const THROWERS: [string, (request: Request) => Promise<Reply>][] = [
  ['rejects', () => Promise.reject(broken)],
  [
    'throws',
    () => {
      throw broken
    },
  ],
  ['rejects with text', () => Promise.reject('canary')],
  ['rejects with nothing', () => Promise.reject()],
]
for (const [how, handle] of THROWERS)
  replies(
    `is a fixed 500 with an id when the handler ${how}; the log has the rest under that id`,
    async () => {
      const [reply, text] = await logged(() => told(handle))
      assert.equal([reply.status, reply.headers], [500, { 'Content-Type': 'application/json' }])
      assert.match(String(reply.body), /^\{[^\n]+\}\n$/)
      const { error, message, id, ...more } = JSON.parse(String(reply.body))
      assert.equal([error, message, more], ['internal', new Failure('internal').message, {}])
      assert.match(id, /^[0-9a-f-]{36}$/)
      assert.not.match(String(reply.body), 'canary')
      const { event, id: loggedId, cause } = JSON.parse(text)
      assert.equal([event, loggedId], ['request_failed', id])
      if (how !== 'rejects with nothing') assert.match(JSON.stringify(cause), 'canary')
    },
  )
replies('is that 500 too when what was thrown cannot be written down', async () => {
  const circle: { self?: object } = {}
  circle.self = circle
  const [reply, text] = await logged(() => told(() => Promise.reject(circle)))
  assert.is(reply.status, 500)
  assert.match(text, '"event":"request_failed"')
})
replies('is that 500 too when the event is not what the template promises', async () => {
  const [reply] = await logged(() =>
    told(async () => json(200, {}), { path: undefined as unknown as string }),
  )
  assert.is(reply.status, 500)
})
replies.run()

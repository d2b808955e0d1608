import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { MergeRequest } from '../../functions/shared/build-request.ts'
import type { Reply, Request } from '../../functions/shared/http.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { sign } from '../../functions/shared/signature.ts'
import { receiver } from '../../functions/webhook/receive.ts'
import { closed, delivery, push } from '../webhook/deliveries.ts'
import { byTemplate } from './by-template.ts'
import { bytesLike, hostileText, jsonLike } from './hostile.ts'
import { trying } from './seed.ts'

const STATUSES = [200, 202, 400, 401, 403, 405, 413, 415]

const SECRETS: Secrets = {
  find: async (name) => name,
  need: async (name) => name,
  rotating: async () => ['hook'],
}

/** What the function answers through OpenFaaS's template, and what it has put into the queue. */
async function answered(request: Request): Promise<{ reply: Reply; queued: MergeRequest[] }> {
  const queued: MergeRequest[] = []
  const receive = receiver({
    rules: { branches: ['develop'], repositories: ['acme/*'] },
    secrets: SECRETS,
    enqueue: async (merge) => void queued.push(merge),
    now: () => new Date(0),
  })
  const reply = await byTemplate(receive, request)
  return { reply, queued }
}

async function holds(request: Request): Promise<void> {
  const { reply, queued } = await answered(request)
  assert.ok(STATUSES.includes(reply.status), `HTTP ${reply.status}: ${reply.body}`)
  assert.match(String(reply.body), /^[^\p{Cc}\u2028\u2029\u202e]+\n$/u, 'one line that a terminal only shows')
  const said: unknown = JSON.parse(String(reply.body))
  assert.is(typeof said, 'object')
  assert.is(queued.length, reply.status === 202 ? 1 : 0, `HTTP ${reply.status}`)
  if (reply.status === 202) assert.ok(vouchedFor(request), `queued: ${JSON.stringify(queued)}`)
}

/** Written again, from DESIGN alone: the signature fits and the document says merged. */
function vouchedFor({ method, headers, body }: Request): boolean {
  if (method !== 'POST' || headers['x-hub-signature-256'] !== sign('hook', body)) return false
  const said = JSON.parse(body.toString())
  if (headers['x-github-event'] === 'push')
    return (
      said.ref === 'refs/heads/develop' &&
      said.deleted === false &&
      said.repository.full_name.startsWith('acme/')
    )
  const { merged, base, merge_commit_sha: sha } = said.pull_request
  const ours = base.ref === 'develop' && base.repo.full_name.toLowerCase().startsWith('acme/')
  return said.action === 'closed' && merged === true && ours && /^[0-9a-f]{40}$/.test(sha)
}

const payload = fc.constantFrom(['pull_request', closed()] as const, ['push', push()] as const)
const mutated = payload.chain(([event, document]) =>
  fc.tuple(fc.constant(event), fc.oneof(bytesLike(document), jsonLike(document))),
)
const SECRET_HEADER = 'x-hub-signature-256'

const webhook = suite('the webhook')
webhook('answers what is documented to any signed bytes, and queues only what says merged', async () => {
  const property = fc.asyncProperty(mutated, async ([event, body]) => {
    const given = delivery(event, '', { [SECRET_HEADER]: sign('hook', body) })
    await holds({ ...given, body })
  })
  await fc.assert(property, trying(1000))
})
webhook('queues nothing where the signature is not that of the bytes', async () => {
  const forged = fc.oneof(
    hostileText,
    fc.constantFrom(sign('', ''), sign('payload', ''), `sha256=${'0'.repeat(64)}`),
  )
  const property = fc.asyncProperty(mutated, forged, async ([event, body], signature) => {
    const { reply, queued } = await answered({ ...delivery(event, '', { [SECRET_HEADER]: signature }), body })
    assert.is(reply.status, 401)
    assert.equal(queued, [])
  })
  await fc.assert(property, trying(300))
})
webhook('answers what is documented to any method, path and headers', async () => {
  const names = [
    'content-type',
    'content-encoding',
    'x-github-event',
    'x-hub-signature-256',
    'x-callback-url',
  ]
  const headers = fc.dictionary(fc.constantFrom(...names), hostileText)
  const method = fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'HEAD', 'get', 'TRACE')
  const property = fc.asyncProperty(
    payload,
    method,
    hostileText,
    headers,
    async ([event, document], verb, path, more) => {
      const given = delivery(event, JSON.stringify(document))
      await holds({ ...given, method: verb, path, headers: { ...given.headers, ...more } })
    },
  )
  await fc.assert(property, trying(300))
})
webhook.run()

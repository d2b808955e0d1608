import type { CheckRequest, MergeRequest } from '../shared/build-request.ts'
import { Failure, WrongMethod } from '../shared/failure.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { Secrets } from '../shared/secrets.ts'
import { verify } from '../shared/signature.ts'
import { decide, type Rules } from './decide.ts'
import { parseDelivery } from './delivery.ts'
import type { Enqueue } from './queue.ts'
import * as words from './words.ts'

/** GitHub sends nothing larger. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const PAYLOAD_LIMIT = 25 * 1024 * 1024

type Parts = { rules: Rules; secrets: Secrets; enqueue: Enqueue; now: () => Date }

/**
 * Verify, parse, decide, enqueue: in that order, so that nothing is read out of a body that nobody vouched for.
 * The answer's one line is what a person finds in GitHub's delivery log.
 */
export function receiver({ rules, secrets, enqueue, now }: Parts) {
  return async function receive(request: Request): Promise<Reply> {
    if (request.method !== 'POST') throw new WrongMethod('POST', words.onlyPost)
    // The template inflates a gzip body: the signature would be over other bytes than the ones we see.
    if (request.headers['content-encoding'] !== undefined) throw new Failure('media_type')
    const signature = request.headers['x-hub-signature-256']
    if (!verify(await secrets.rotating('webhook-secret'), request.body, signature))
      throw new Failure('signature')
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
      throw new Failure('media_type', words.notJsonType)
    if (request.body.length > PAYLOAD_LIMIT) throw new Failure('too_large')

    const decision = decide(parseDelivery(request.headers['x-github-event'], request.body), rules)
    if (!('merge' in decision || 'check' in decision)) return json(200, decision)
    const asked = 'merge' in decision ? decision.merge : decision.check
    const [secret] = await secrets.rotating('payload-secret')
    await enqueue({ ...asked, delivered: now().toISOString() }, secret)
    return json(202, { accepted: 'check' in asked ? toCheck(asked) : toBuild(asked), sha: asked.sha })
  }
}

function toCheck({ repository, pull_request }: CheckRequest): string {
  return words.willBeChecked(repository, pull_request)
}

function toBuild({ repository, sha, pull_request }: MergeRequest): string {
  const origin = pull_request === undefined ? words.byPush : words.byPullRequest(pull_request)
  return words.willBeBuilt(repository, sha.slice(0, 7), origin)
}

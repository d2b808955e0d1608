import { parseBuildRequest } from '../shared/build-request.ts'
import { Failure, WrongMethod } from '../shared/failure.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { signedGet, verify } from '../shared/signature.ts'
import { checker } from './accept-check.ts'
import { acceptMerge } from './accept-merge.ts'
import { answerMethod } from './answer-method.ts'
import { cancelMerge } from './cancel-merge.ts'
import { catchUp } from './catch-up.ts'
import { doctor } from './doctor/doctor.ts'
import type { Disks } from './room.ts'
import { takeOver } from './take-over.ts'
import * as answers from './words/answers.ts'
import type { Workshop } from './workshop.ts'

/** The timer may call every minute; more often is not answered with work, in ms. */
const CATCH_UP_MS = 50_000

/** Every door of build, each behind a signature with the payload secret. */
export function receiver(shop: Workshop): (request: Request) => Promise<Reply> {
  const check = checker(shop)
  let caughtUp = Number.NEGATIVE_INFINITY
  const { examined, heard } = doctor(shop)

  async function timer(disks: Disks | undefined): Promise<Reply> {
    heard.catchUp()
    if (disks) shop.room.tell(disks)
    if (shop.uptime() - caughtUp < CATCH_UP_MS) return json(200, { started: [], note: answers.caughtUp })
    caughtUp = shop.uptime()
    return json(200, { started: await catchUp(shop) })
  }

  return async (request) => {
    if (request.method === 'GET' && request.path === '/_/doctor') {
      await authenticate(shop, signedGet(request.path, ''), request)
      return json(200, { checks: await examined() })
    }
    if (request.method === 'GET') return showLive(shop, request)
    if (request.method !== 'POST') throw new WrongMethod(request.path === '/' ? 'POST' : 'GET')
    await authenticate(shop, request.body, request)
    const asked = parseBuildRequest(request.body)
    if (asked.kind === 'merge' && asked.merge.cancel) return cancelMerge(shop, asked.merge)
    if (asked.kind === 'merge') return acceptMerge(shop, asked.merge)
    if (asked.kind === 'check') return check(asked.check)
    if (asked.kind === 'method') return answerMethod(shop, asked.method, request.headers.prefer)
    if (asked.kind === 'take_over') return takeOver(shop, asked.takeOver)
    if (asked.kind === 'doctor') return heard.reply(asked.nonce)
    return timer(asked.disks)
  }
}

async function authenticate(shop: Workshop, bytes: Buffer | string, request: Request): Promise<void> {
  const secrets = await shop.secrets.rotating('payload-secret')
  if (!verify(secrets, bytes, request.headers['x-hub-signature-256'])) throw new Failure('signature')
}

/** `GET /<service>/<id>?from=N`: the state and log of what is being built right here, for the badge function. */
async function showLive(shop: Workshop, request: Request): Promise<Reply> {
  const from = request.query.from ?? '0'
  await authenticate(shop, signedGet(request.path, `from=${from}`), request)
  const [, service = '', id = ''] = request.path.split('/')
  const live = shop.works.live(service, id)
  if (live === undefined || !/^\d{1,12}$/.test(from)) throw new Failure('not_found')
  const { text, next } = live.log.read(Number(from))
  return json(200, { state: live.state, log: text, next })
}

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { json } from '../functions/shared/http.ts'
import { log } from '../functions/shared/log.ts'
import { answerDisk, type Work } from './answer-disk.ts'
import { Refusal } from './refusal.ts'
import { Busy, turns } from './turns.ts'

const WAITING = 3
/** ENV and CMD of an image are in one. */
const HEADER_BYTES = 1 << 18
/** How long a refused body may go on, thrown away, so that whoever sends it gets to the answer. */
const DRAIN_MS = 10_000

/** The service: `POST /disk`, `GET /` (signed) and `GET /healthz`. What is left in the work folder goes first. */
export function amiService(work: Work): Server {
  emptied(work.folder)
  const inTurn = turns(WAITING)
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController()
    response.on('close', () => gone.abort(new Error('whoever asked has gone')))
    route(work, inTurn, { request, response }, gone.signal).catch((error: Error) =>
      refuse(request, response, error),
    )
  }
  const server = createServer(
    { requestTimeout: 0, headersTimeout: 10_000, maxHeaderSize: HEADER_BYTES },
    answer,
  )
  // With Expect, a refusal comes before the body is sent.
  server.on('checkContinue', answer)
  return server
}

async function route(
  work: Work,
  inTurn: ReturnType<typeof turns>,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  signal: AbortSignal,
): Promise<void> {
  const asked = `${request.method} ${request.url}`
  const signature = request.headers['x-hub-signature-256'] as string | undefined
  if (asked === 'GET /healthz') return reply(response, 200, { ok: true })
  if (asked === 'GET /') {
    await work.admission.get('/', signature)
    const { bavail, bsize } = await statfs(work.folder)
    return reply(response, 200, { ...work.recipe, free: bavail * bsize })
  }
  if (asked !== 'POST /disk')
    throw new Refusal(404, 'there is nothing here but POST /disk, GET / and GET /healthz')
  const header = request.headers['x-artefacto-description'] as string | undefined
  const description = await work.admission.description(header, signature)
  await inTurn(signal, async () => {
    const began = Date.now()
    if (request.headers.expect) response.writeContinue()
    await answerDisk(work, { request, response, header: header as string, description }, signal)
    log('disk made', { image: description.image, ms: Date.now() - began })
  })
}

function refuse(request: IncomingMessage, response: ServerResponse, error: Error): void {
  const refusal = error instanceof Refusal
  log(refusal ? 'disk refused' : 'disk failed', refusal ? { reason: error.message } : { error })
  // Half a disk must not look like a whole one.
  if (response.headersSent) return void response.destroy()
  const { status, message } = refusal ? error : new Refusal(500, 'the service ami failed: its log says more')
  if (error instanceof Busy) response.setHeader('Retry-After', `${error.retryAfter}`)
  const console = (error as { console?: string }).console
  reply(response, status, { error: message, ...(console !== undefined && { console }) })
  request.resume()
  // A whole one may have left its connection to the next.
  setTimeout(() => request.complete || request.destroy(), DRAIN_MS).unref()
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const { headers, body } = json(status, value)
  response.writeHead(status, headers).end(body)
}

function emptied(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
}

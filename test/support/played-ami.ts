import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Admission, admission } from '../../ami/admission.ts'
import { Refusal } from '../../ami/refusal.ts'
import { tarEntry } from '../../ami/tar/entry.ts'
import type { Description, DiskResult } from '../../functions/shared/disk-request.ts'
import { sign } from '../../functions/shared/signature.ts'

/** What the service does with a disk instead of sending it, whole and signed. */
export type Misdeed =
  | 'refuses'
  | 'is busy'
  | 'hangs up before it reads'
  | 'sends half'
  | 'stalls in the middle'
  | 'signs nothing'
  | 'signs with another secret'
  | 'names other bytes'
  | 'names another size'

export const CONSOLE = 'ami[1]: the service ended with 1'

const RECIPE = { recipe: `sha256:${'aa'.repeat(32)}`, kernel: '6.1.0-played', qemu: true, free: 1 << 30 }
const BLOCK = 512

/**
 * The service ami without disks, for whoever only needs its answers: it admits as the real one, takes the layers as
 * the real one, and sends a small archive with a `disk.img` that is the same for the same image.
 */
export async function playAmi(
  secret: () => string,
  listen: { port: number } | { path: string } = { port: 0 },
) {
  const made: string[] = []
  let misdeed: Misdeed | undefined
  let stalled: (() => void) | undefined
  const door = admission(
    async () => secret().split('\n'),
    () => Date.now(),
  )

  async function disk(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const header = String(request.headers['x-artefacto-description'])
    const signature = request.headers['x-hub-signature-256'] as string | undefined
    const description = await door.description(header, signature)
    if (misdeed === 'is busy') throw new Refusal(503, 'other disks are being made')
    if (misdeed === 'hangs up before it reads') return void response.destroy()
    response.writeContinue()
    await takeLayers(request, header, door)
    if (misdeed === 'refuses') return reply(response, 422, { error: 'it does not start', console: CONSOLE })
    await send(response, description)
  }

  async function send(response: ServerResponse, description: Description): Promise<void> {
    const layer = diskOf(description.image)
    const half = layer.length >> 1
    response.writeHead(200, { Trailer: 'X-Artefacto-Result, X-Hub-Signature-256' })
    response.write(layer.subarray(0, half))
    if (misdeed === 'sends half') return void response.destroy()
    if (misdeed === 'stalls in the middle') return stalled?.()
    response.write(layer.subarray(half))
    if (misdeed !== 'signs nothing') response.addTrailers(trailers(resultOf(layer, description)))
    if (misdeed === undefined) made.push(description.image)
    response.end()
  }

  function trailers(result: DiskResult): Record<string, string> {
    const lie: Partial<DiskResult> =
      misdeed === 'names other bytes'
        ? { digest: `sha256:${'0'.repeat(64)}` }
        : misdeed === 'names another size'
          ? { size: result.size + 1 }
          : {}
    const text = Buffer.from(JSON.stringify({ ...result, ...lie })).toString('base64')
    const by = misdeed === 'signs with another secret' ? 'guessed' : secret().split('\n')[0]
    return { 'X-Artefacto-Result': text, 'X-Hub-Signature-256': sign(by ?? '', text) }
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const signature = request.headers['x-hub-signature-256'] as string | undefined
    if (`${request.method} ${request.url}` === 'POST /disk') return disk(request, response)
    await door.get('/', signature)
    reply(response, 200, RECIPE)
  }

  const answer = (request: IncomingMessage, response: ServerResponse) =>
    route(request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy()
      else reply(response, error instanceof Refusal ? error.status : 500, { error: error.message })
      request.resume()
    })
  let server = await begin()

  async function begin(): Promise<Server> {
    if ('path' in listen) rmSync(listen.path, { force: true })
    const begun = createServer(answer).on('checkContinue', answer)
    await once(begun.listen({ host: '127.0.0.1', ...listen }), 'listening')
    return begun
  }

  async function kill(): Promise<void> {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  const port = 'path' in listen ? 0 : (server.address() as AddressInfo).port
  return {
    /** For `ami_host`. */
    host: 'path' in listen ? `unix://${listen.path}` : `tcp://127.0.0.1:${port}`,
    /** The images of the disks that were sent whole, the first first. */
    made,
    /** From now on, until it is told to be good again. */
    does(what?: Misdeed): void {
      misdeed = what
    },
    /** Resolves when half of a disk has been sent, of which no more will come. */
    stalls(): Promise<void> {
      misdeed = 'stalls in the middle'
      return new Promise((resolve) => {
        stalled = resolve
      })
    },
    /** As the kernel does: what is in the middle of a connection gets no end. */
    kill,
    async start(): Promise<void> {
      misdeed = undefined
      if (!('path' in listen)) Object.assign(listen, { port })
      server = await begin()
    },
    close: kill,
  }
}

/** The body has to be a tar of the members 0, 1, …, each of its size, and signed at its end. */
async function takeLayers(request: IncomingMessage, header: string, door: Admission): Promise<void> {
  const bytes = await buffer(request)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  await door.end(header, digest, request.trailers['x-hub-signature-256'] as string | undefined)
  let at = 0
  for (let number = 0; bytes[at] !== 0; number += 1) {
    const name = bytes.toString('latin1', at, bytes.indexOf(0, at))
    if (name !== `${number}`) throw new Refusal(400, `layer ${number} is called ${name}`)
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  if (bytes.length !== at + 2 * BLOCK) throw new Refusal(400, 'the layers do not end where they should')
}

function diskOf(image: string): Buffer {
  const archive = [tarEntry({ name: 'disk.img', body: `the disk of ${image}\n` }), Buffer.alloc(2 * BLOCK)]
  return gzipSync(Buffer.concat(archive))
}

function resultOf(layer: Buffer, { disk }: Description): DiskResult {
  const digest = `sha256:${createHash('sha256').update(layer).digest('hex')}`
  const { recipe, kernel } = RECIPE
  return {
    digest,
    size: layer.length,
    diffId: digest,
    recipe,
    kernel,
    disk,
    booted: 'not tested: it is played',
  }
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

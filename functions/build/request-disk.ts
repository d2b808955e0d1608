import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Description, type DiskResult, signedEnd } from '../shared/disk-request.ts'
import { sign, verify } from '../shared/signature.ts'
import { type LayerSource, layersTar } from './layers-tar.ts'
import * as words from './words/disk-request.ts'

/** Where the service listens. */
export type Address = { socketPath: string } | { host: string; port: number }

/** What the service answered instead of a disk. */
export class NoDisk extends Error {
  override readonly name = 'NoDisk'
  readonly status: number
  readonly console: string | undefined

  constructor(status: number, { error = words.noReason, console }: { error?: string; console?: string }) {
    super(error)
    this.status = status
    this.console = console
  }
}

/** A disk as it comes: the bytes of an OCI layer, then what it is. */
export type Layer = { stream: IncomingMessage /** Once the stream has ended. */; result(): DiskResult }

type Asking = {
  address: Address
  secret: string
  description: Omit<Description, 'sent' | 'nonce'>
  /** The lowest first. */
  layers: LayerSource[]
  signal?: AbortSignal
}

/** Has a disk made of an image; NoDisk says why there is none. The layers are read when it is its turn. */
export async function requestDisk({ address, secret, description, layers, signal }: Asking): Promise<Layer> {
  const said: Description = { ...description, sent: new Date().toISOString(), nonce: randomUUID() }
  const header = Buffer.from(JSON.stringify(said)).toString('base64')
  const call = request({
    ...address,
    agent: false,
    method: 'POST',
    path: '/disk',
    headers: {
      'X-Artefacto-Description': header,
      'X-Hub-Signature-256': sign(secret, header),
      'Transfer-Encoding': 'chunked',
      Trailer: 'X-Hub-Signature-256',
      Expect: '100-continue',
      // With close the service would hang up behind a refusal, and its answer be lost to whoever still writes.
      Connection: 'keep-alive',
    },
    ...(signal && { signal }),
  })
  const answered = once(call, 'response') as Promise<[IncomingMessage]>
  // Refused in the middle, the service does not read on: its answer says why.
  const refused = new AbortController()
  answered.then(
    () => refused.abort(),
    (error: Error) => refused.abort(error),
  )
  call.flushHeaders()
  await Promise.race([once(call, 'continue', { signal: refused.signal }).catch(() => {}), answered])
  if (!refused.signal.aborted) await upload(call, layers, { header, secret, refused: refused.signal })
  const [response] = await answered
  if (response.statusCode !== 200) {
    const reason = await refusalOf(response)
    call.destroy()
    throw new NoDisk(response.statusCode ?? 0, reason)
  }
  return { stream: response, result: () => resultOf(response, secret) }
}

async function upload(
  call: ClientRequest,
  layers: LayerSource[],
  { header, secret, refused }: { header: string; secret: string; refused: AbortSignal },
): Promise<void> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of layersTar(layers)) {
      hash.update(chunk)
      if (!call.write(chunk)) await once(call, 'drain', { signal: refused })
    }
  } catch (error) {
    if (refused.aborted) return
    // A body that breaks off must not look like a whole one.
    call.destroy()
    throw error
  }
  call.addTrailers({ 'X-Hub-Signature-256': sign(secret, signedEnd(header, `sha256:${hash.digest('hex')}`)) })
  call.end()
}

async function refusalOf(response: IncomingMessage): Promise<{ error?: string; console?: string }> {
  const body = await text(response)
  try {
    return JSON.parse(body)
  } catch {
    return { error: body.slice(0, 200) }
  }
}

function resultOf({ trailers }: IncomingMessage, secret: string): DiskResult {
  const said = trailers['x-artefacto-result'] as string | undefined
  if (said === undefined || !verify([secret], said, trailers['x-hub-signature-256'] as string | undefined))
    throw new Error(words.noSignedEnd)
  return JSON.parse(Buffer.from(said, 'base64').toString()) as DiskResult
}

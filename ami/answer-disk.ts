import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Booted, Description, DiskResult } from '../functions/shared/disk-request.ts'
import { sign } from '../functions/shared/signature.ts'
import type { Admission } from './admission.ts'
import { bootTest } from './boot/boot-test.ts'
import { firstPort } from './boot/first-port.ts'
import { flattened } from './layers/flattened.ts'
import { makeDisk } from './make-disk.ts'
import { type Packed, packed } from './packed.ts'
import type { Recipe } from './recipe-of.ts'
import { Refusal } from './refusal.ts'
import { sparseArchive } from './sparse.ts'

export type Work = {
  folder: string
  recipe: Recipe
  admission: Admission
  secrets(): Promise<readonly string[]>
  makeMs: number
  bootMs: number
}

type Call = { request: IncomingMessage; response: ServerResponse; header: string; description: Description }

/**
 * Makes the disk, tests it, and answers with it as an OCI layer (tar+gzip), the result in a signed trailer. Until
 * the disk is done nothing is sent, so that what is wrong is an ordinary answer; after that, a torn stream.
 */
export async function answerDisk(work: Work, call: Call, signal: AbortSignal): Promise<void> {
  const { response, description } = call
  const folder = await mkdtemp(join(work.folder, 'disk-'))
  try {
    const file = join(folder, 'disk.img')
    await makeFrom(work, call, file, signal)
    const booted = await boot(work, description, { file, folder, signal })
    await send(work, { response, description, file, booted, signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function makeFrom(work: Work, call: Call, file: string, cancel: AbortSignal): Promise<void> {
  const { request, header, description } = call
  const signal = AbortSignal.any([cancel, late(work.makeMs, 'making the disk')])
  const body = checked(request, header, work.admission)
  const tar = flattened(body, { folder: dirname(file), gib: description.disk })
  await makeDisk({ file, description, tar, signal })
}

/** The body, which throws at its end if it is not what was signed: then what was made of it goes. */
async function* checked(
  request: IncomingMessage,
  header: string,
  admission: Admission,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  // A refusal stops reading in the middle, and is still to be answered on this connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    hash.update(chunk)
    yield chunk
  }
  const signature = request.trailers['x-hub-signature-256'] as string | undefined
  await admission.end(header, `sha256:${hash.digest('hex')}`, signature)
}

async function boot(
  work: Work,
  { boot, config }: Description,
  { file, folder, signal }: { file: string; folder: string; signal: AbortSignal },
): Promise<DiskResult['booted']> {
  const port = firstPort(config.ExposedPorts ?? {})
  if (boot.length === 0) return 'not tested: it was not asked for'
  if (!work.recipe.qemu) return 'not tested: QEMU is not in the image of the service'
  if (port === undefined) return 'not tested: the image has no TCP port in EXPOSE'
  const booted: Booted[] = []
  for (const firmware of boot)
    booted.push(await bootTest({ disk: file, firmware, port, folder, limitMs: work.bootMs, signal }))
  return booted
}

async function send(
  work: Work,
  {
    response,
    description,
    file,
    booted,
    signal,
  }: {
    response: ServerResponse
    description: Description
    file: string
    booted: DiskResult['booted']
    signal: AbortSignal
  },
): Promise<void> {
  let layer: Packed | undefined
  response.writeHead(200, {
    'Content-Type': 'application/vnd.oci.image.layer.v1.tar+gzip',
    Trailer: 'X-Artefacto-Result, X-Hub-Signature-256',
  })
  // Whoever reads too slowly keeps others waiting.
  const ending = AbortSignal.any([signal, late(work.makeMs, 'sending the disk')])
  const stream = packed(sparseArchive(file, ending), (known) => (layer = known))
  await pipeline(stream, response, { end: false, signal: ending })
  const { recipe, kernel } = work.recipe
  const result: DiskResult = {
    ...(layer as unknown as Packed),
    recipe,
    kernel,
    disk: description.disk,
    booted,
  }
  const text = Buffer.from(JSON.stringify(result)).toString('base64')
  const [secret = ''] = await work.secrets()
  response.addTrailers({ 'X-Artefacto-Result': text, 'X-Hub-Signature-256': sign(secret, text) })
  response.end()
  if (!response.writableFinished) await once(response, 'finish', { signal })
}

function late(ms: number, what: string): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Refusal(504, `${what} took longer than ${ms / 1000} s`)), ms).unref()
  return controller.signal
}

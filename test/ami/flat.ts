import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { flattened } from '../../ami/layers/flattened.ts'
import { layersTar } from '../../functions/build/layers-tar.ts'
import { archive } from './odd-tar.ts'
import { membersOf, type Seen } from './spliced.ts'

/** What the service makes of layers, each a list of members. */
export function flat(...layers: Buffer[][]): Promise<Seen[]> {
  return flatBlobs(...layers.map((members) => archive(...members)))
}

/** The same of layers as a registry has them, on a disk of 16 MiB. */
export async function flatBlobs(...layers: Buffer[]): Promise<Seen[]> {
  const sources = layers.map((bytes) => ({
    size: bytes.length,
    open: async () => Readable.from(bytes, { objectMode: false }),
  }))
  return membersOf(await flatBody(layersTar(sources)))
}

/** The archive that comes out of a body. */
export async function flatBody(body: AsyncIterable<Buffer>, gib = 2 ** -6): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'flat-'))
  try {
    const parts: Buffer[] = []
    for await (const part of flattened(body, { folder, gib })) parts.push(part)
    return Buffer.concat(parts)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `path=body`, `path->target` of a symlink, `path==other` of a hard link, `path/` of a folder; sorted. */
export async function paths(...layers: Buffer[][]): Promise<string[]> {
  return (await flat(...layers)).map(shownAs).sort()
}

function shownAs({ name, type, body, link }: Seen): string {
  const path = name.replace(/\/$|^\.\//g, '')
  if (type === '5') return `${path}/`
  if (type === '2') return `${path}->${link}`
  if (type === '1') return `${path}==${link}`
  return `${path}=${body}`
}

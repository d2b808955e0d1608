import { unfit } from '../refusal.ts'
import type { ByteReader } from './byte-reader.ts'
import {
  checksumFits,
  type Header,
  linkOf,
  modeOf,
  nameOf,
  octal,
  sizeOf,
  stampChecksum,
  typeOf,
} from './header.ts'
import { paxRecords, withAnyBytes } from './pax.ts'

/** Of an extended header or a long name; a path ends at 4 KiB, an attribute at 64. */
const META_LIMIT = 1 << 20

/** One member of an archive. Names are bytes, one character each, as the archive has them. */
export type Member = {
  /** '0' file, '1' hard link, '2' symlink, '3' and '4' devices, '5' folder, '6' FIFO. */
  type: string
  name: string
  link: string
  /** Of the body, without padding. */
  size: number
  /** All blocks before the body, to be passed on. */
  head: Buffer
  /** The last of these blocks, and what was said before it: the records of extended headers, and long names. */
  header: Header
  records: Map<string, string>
}

/** The next member, its body still to be read; undefined at the archive's end. A Refusal for what no disk can hold. */
export async function nextMember(bytes: ByteReader): Promise<Member | undefined> {
  const before: Buffer[] = []
  const given = new Map<string, string>()
  for (;;) {
    const header = Buffer.from(await bytes.take(512))
    if (header.every((byte) => byte === 0)) return undefined
    if (!checksumFits(header)) throw unfit('the archive of the image is damaged: a checksum does not fit')
    const type = typeOf(header)
    if (!/[xgLK]/.test(type)) return memberOf(header, type, given, before)
    await readMeta(bytes, header, type, given, before)
  }
}

async function readMeta(
  bytes: ByteReader,
  header: Header,
  type: string,
  given: Map<string, string>,
  before: Buffer[],
): Promise<void> {
  const size = sizeOf(header)
  if (size === undefined || size > META_LIMIT) throw unfit('a header in the archive of the image is too long')
  const body = await bytes.take(size + (-size & 511))
  const text = body.subarray(0, size)
  if (type === 'g') return refuseGlobal(text)
  // The record of an extended header wins over GNU's long name, as in libarchive.
  const key = type === 'L' ? 'path' : 'linkpath'
  if (type === 'x') for (const [name, value] of paxRecords(text)) given.set(name, value)
  else if (!given.has(key)) given.set(key, text.toString('latin1').replace(/\0.*$/s, ''))
  before.push(type === 'x' ? withAnyBytes(header, body, size) : Buffer.concat([header, body]))
}

/** A comment (git writes one) is left out; anything else would hold for all members after it. */
function refuseGlobal(text: Buffer): void {
  const [key] = [...paxRecords(text).keys()].filter((name) => name !== 'comment')
  if (key !== undefined) throw unfit(`the archive of the image sets ${key} for all of its files`)
}

function memberOf(header: Header, type: string, given: Map<string, string>, before: Buffer[]): Member {
  const name = given.get('path') ?? nameOf(header)
  if (!/[0-7]/.test(type) || [...given.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw unfit(`${shown(name)} is of a kind that no disk can hold (tar type ${type})`)
  const file = type === '0' || type === '7'
  const size = file ? Number(given.get('size') ?? sizeOf(header)) : 0
  if (!Number.isSafeInteger(size) || modeOf(header) === undefined)
    throw unfit(`the archive of the image is damaged at ${shown(name)}`)
  if (!file) withoutBody(header, given, name)
  const link = given.get('linkpath') ?? linkOf(header)
  const head = Buffer.concat([...before, header])
  return { type: file ? '0' : type, name, link, size, head, header, records: given }
}

/**
 * dockerd writes the file's type into the mode of hard links, and libarchive then takes them for files, of which
 * mke2fs makes empty ones. A size would make it look for a body.
 */
function withoutBody(header: Header, given: Map<string, string>, name: string): void {
  if (given.has('size')) throw unfit(`${shown(name)} has contents in the archive, and is no file`)
  header.write(octal((modeOf(header) as number) & 0o7777, 8), 100, 'latin1')
  header.write(octal(0, 12), 124, 'latin1')
  stampChecksum(header)
}

/** A name for a sentence. */
export function shown(name: string): string {
  return JSON.stringify(Buffer.from(name, 'latin1').toString().slice(0, 200))
}

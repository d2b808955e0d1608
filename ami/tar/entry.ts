import { type Header, octal, stampChecksum } from './header.ts'

export type Entry = {
  /** A Buffer where it is not UTF-8. */
  name: string | Buffer
  type?: 'file' | 'folder' | 'symlink'
  body?: string | Buffer
  link?: string
  mode?: number
  /** Seconds. */
  mtime?: number
  uid?: number
  gid?: number
}

const NAME_BYTES = 100
const FLAGS = { file: '0', symlink: '2', folder: '5' }

/** One entry of an archive, owned by root unless told otherwise; a name beyond ustar's 100 bytes in GNU's way. */
export function tarEntry({ name, type = 'file', body = '', ...rest }: Entry): Buffer {
  const bytes = Buffer.from(name)
  const entry = member(bytes, FLAGS[type], Buffer.from(body), {
    ...rest,
    mode: rest.mode ?? (type === 'folder' ? 0o755 : 0o644),
  })
  if (bytes.length <= NAME_BYTES) return entry
  return Buffer.concat([
    member(Buffer.from('././@LongLink'), 'L', Buffer.concat([bytes, Buffer.alloc(1)]), {}),
    entry,
  ])
}

function member(
  name: Buffer,
  flag: string,
  body: Buffer,
  { link = '', mode = 0o644, mtime = 0, uid = 0, gid = 0 }: Omit<Entry, 'name' | 'type' | 'body'>,
): Buffer {
  const header: Header = Buffer.alloc(512)
  name.copy(header, 0, 0, NAME_BYTES)
  header.write(octal(mode, 8), 100)
  header.write(octal(uid, 8), 108)
  header.write(octal(gid, 8), 116)
  header.write(octal(body.length, 12), 124)
  header.write(octal(mtime, 12), 136)
  header.write(flag, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  stampChecksum(header)
  return Buffer.concat([header, body, Buffer.alloc(-body.length & 511)])
}

/** What ends an archive. */
export const END = Buffer.alloc(1024)

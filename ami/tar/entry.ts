import { type Header, octal, stampChecksum } from './header.ts'

export type Entry = {
  name: string
  type?: 'file' | 'folder' | 'symlink'
  body?: string | Buffer
  link?: string
  mode?: number
  /** Seconds. */
  mtime?: number
  uid?: number
  gid?: number
}

const FLAGS = { file: '0', symlink: '2', folder: '5' }

/** One entry of an archive in ustar, owned by root unless told otherwise; a name of at most 100 bytes. */
export function tarEntry({ name, type = 'file', body = '', link = '', ...rest }: Entry): Buffer {
  const bytes = Buffer.from(body)
  const header: Header = Buffer.alloc(512)
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is too long for a tar entry of ours`)
  header.write(name, 0)
  header.write(octal(rest.mode ?? (type === 'folder' ? 0o755 : 0o644), 8), 100)
  header.write(octal(rest.uid ?? 0, 8), 108)
  header.write(octal(rest.gid ?? 0, 8), 116)
  header.write(octal(bytes.length, 12), 124)
  header.write(octal(rest.mtime ?? 0, 12), 136)
  header.write(FLAGS[type], 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  stampChecksum(header)
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 511)])
}

/** What ends an archive. */
export const END = Buffer.alloc(1024)

import { END } from '../../ami/tar/entry.ts'
import { octal, stampChecksum } from '../../ami/tar/header.ts'

/** A member with what an ordinary writer of archives would refuse: fields are bytes, one character each. */
export type Odd = {
  name: string
  type?: string
  body?: string | Buffer
  link?: string
  mode?: number
  prefix?: string
  magic?: string
  /** What the header says, whatever the body is. */
  size?: string
  device?: [major: number, minor: number]
  uid?: number
  /** Seconds. */
  mtime?: number
}

export function odd({ name, type = '0', body = '', link = '', mode = 0o644, ...rest }: Odd): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1')
  const header = Buffer.alloc(512)
  header.write(name, 0, 100, 'latin1')
  header.write(octal(mode, 8), 100)
  header.write(octal(rest.uid ?? 0, 8), 108)
  header.write(octal(0, 8), 116)
  header.write(rest.size ?? octal(bytes.length, 12), 124, 12, 'latin1')
  header.write(octal(rest.mtime ?? 1_700_000_000, 12), 136)
  header.write(type, 156)
  header.write(link, 157, 100, 'latin1')
  header.write(rest.magic ?? 'ustar\x0000', 257, 'latin1')
  for (const [i, number] of (rest.device ?? []).entries()) header.write(octal(number, 8), 329 + 8 * i)
  header.write(rest.prefix ?? '', 345, 155, 'latin1')
  stampChecksum(header)
  return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 511)])
}

/** An extended header before a member (x) or for all (g). */
export function pax(records: Record<string, string>, type = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`.length
    const length = [1, 2, 3, 4, 5].map((digits) => rest + digits).find((n, i) => `${n}`.length === i + 1)
    return `${length} ${key}=${value}\n`
  })
  return odd({ name: 'PaxHeaders/x', type, body: lines.join('') })
}

/** GNU's long name (L) or long link (K). */
export function long(type: 'L' | 'K', text: string): Buffer {
  return odd({ name: '././@LongLink', type, body: `${text}\0`, magic: 'ustar  \0' })
}

export function archive(...members: Buffer[]): Buffer {
  return Buffer.concat([...members, END])
}

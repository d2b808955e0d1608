import { gzipSync } from 'node:zlib'

/** One entry as it stands in the archive; `flag` is ustar's type, '0' an ordinary file. */
export type Raw = {
  name: string
  flag?: string
  body?: string | Buffer
  link?: string
  mode?: number
  /** What the header says, where it lies. */
  size?: number
}

const END = Buffer.alloc(1024)
export const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
export const TOP = 'acme-shop-1a2b3c4'

/** A gzipped ustar archive, written by hand: tar-stream's own writer refuses what hostile archives hold. */
export function tarball(entries: Raw[], end = END): Buffer {
  return gzipSync(tarBytes(entries, end), { level: 1 })
}

export function tarBytes(entries: Raw[], end = END): Buffer {
  return Buffer.concat([...entries.flatMap(raw), end])
}

/** An extended header that says `records` of the entry after it (flag x), or of all (flag g). */
export function pax(records: Record<string, string>, flag: 'x' | 'g' = 'x'): Raw {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`)
    const length = [1, 2, 3, 4].map((digits) => rest + digits).find((n, i) => String(n).length === i + 1)
    return `${length} ${key}=${value}\n`
  })
  return { name: 'pax_global_header', flag, body: lines.join('') }
}

function raw({ name, flag = '0', body = '', link = '', mode = 0o644, size }: Raw): Buffer[] {
  const bytes = Buffer.from(body)
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(octal(mode, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size ?? bytes.length, 11), 124)
  header.write(octal(1_700_000_000, 11), 136)
  header.write('        ', 148)
  header.write(flag, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
  return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

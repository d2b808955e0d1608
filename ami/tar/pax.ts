import { isAscii } from 'node:buffer'
import { unfit } from '../refusal.ts'
import { type Header, octal, stampChecksum } from './header.ts'

/** The records of an extended header: values are bytes (security.capability is one), here one character each. */
export function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < body.length; ) {
    const [text = ''] = /^\d{1,9} /.exec(body.toString('latin1', at, at + 10)) ?? []
    const end = at + Number(text)
    const equals = body.indexOf('=', at)
    if (text === '' || end > body.length || body[end - 1] !== 0x0a || equals < 0 || equals >= end)
      throw unfit('an extended header in the archive of the image is broken')
    records.set(
      body.toString('latin1', at + text.length, equals),
      body.toString('latin1', equals + 1, end - 1),
    )
    at = end
  }
  return records
}

/** An extended header of these records, its block and its padded body. */
export function paxHeader(records: Map<string, string>): Buffer {
  const text = [...records].map(([key, value]) => record(` ${key}=${value}\n`)).join('')
  const body = Buffer.from(text, 'latin1')
  const header = Buffer.alloc(512)
  header.write('PaxHeaders/ami')
  header.write(octal(0o644, 8), 100)
  for (const at of [108, 116]) header.write(octal(0, 8), at)
  header.write(octal(body.length, 12), 124)
  header.write(octal(0, 12), 136)
  header.write('x', 156)
  header.write('ustar\x0000', 257)
  stampChecksum(header)
  return withAnyBytes(header, Buffer.concat([body, Buffer.alloc(-body.length & 511)]), body.length)
}

/** The length that a record begins with counts its own digits. */
function record(rest: string): string {
  let length = rest.length + 1
  while (`${length}`.length + rest.length !== length) length++
  return `${length}${rest}`
}

/**
 * An extended header (its block and its padded body) that libarchive takes byte for byte: it would turn names beyond
 * ASCII from UTF-8 into its locale's letters, and refuse those it cannot, unless the header says that they are bytes.
 */
export function withAnyBytes(header: Header, body: Buffer, size: number): Buffer {
  const names = [...paxRecords(body.subarray(0, size))].filter(([key]) =>
    /^(path|linkpath|uname|gname)$/.test(key),
  )
  if (names.every(([, value]) => isAscii(Buffer.from(value, 'latin1')))) return Buffer.concat([header, body])
  const records = Buffer.concat([Buffer.from('21 hdrcharset=BINARY\n'), body.subarray(0, size)])
  const longer = Buffer.from(header)
  longer.write(octal(records.length, 12), 124, 'latin1')
  stampChecksum(longer)
  return Buffer.concat([longer, records, Buffer.alloc(-records.length & 511)])
}

/** The 512 bytes before each member of an archive: tar(5). */
export type Header = Buffer

/** A number as `length - 1` octal digits and a NUL. */
export function octal(value: number, length: number): string {
  return `${value.toString(8).padStart(length - 1, '0')}\0`
}

/** The size field: octal, or base 256 from 8 GiB on; undefined where it is neither, negative or past 2^53. */
export function sizeOf(header: Header): number | undefined {
  return number(header.subarray(124, 136))
}

export function modeOf(header: Header): number | undefined {
  return number(header.subarray(100, 108))
}

export function typeOf(header: Header): string {
  // The NUL of archives before POSIX means an ordinary file.
  return header[156] === 0 ? '0' : String.fromCharCode(header[156] as number)
}

/** Name and link as their bytes, one character each (latin1): a name need not be UTF-8. */
export function nameOf(header: Header): string {
  const name = field(header, 0, 100)
  // GNU's magic is "ustar  ", and has other things where POSIX has the prefix.
  const posix = header.toString('latin1', 257, 263) === 'ustar\0'
  const prefix = posix ? field(header, 345, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

export function linkOf(header: Header): string {
  return field(header, 157, 100)
}

/** Whether the checksum fits, counted in either of the two ways (unsigned, or signed as old programs did). */
export function checksumFits(header: Header): boolean {
  const said = number(header.subarray(148, 156))
  const blank = Buffer.from(header).fill(32, 148, 156)
  const unsigned = blank.reduce((sum, byte) => sum + byte, 0)
  const signed = blank.reduce((sum, byte) => sum + (byte > 127 ? byte - 256 : byte), 0)
  return said === unsigned || said === signed
}

/** Writes the checksum of what the header holds by now. */
export function stampChecksum(header: Header): void {
  header.fill(32, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 7)} `, 148, 'latin1')
}

function field(header: Header, start: number, length: number): string {
  const bytes = header.subarray(start, start + length)
  const end = bytes.indexOf(0)
  return bytes.toString('latin1', 0, end < 0 ? length : end)
}

function number(bytes: Buffer): number | undefined {
  if ((bytes[0] as number) === 0x80) {
    const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0)
    return Number.isSafeInteger(value) ? value : undefined
  }
  const digits = /^[ \0]*([0-7]*)[ \0]*$/.exec(bytes.toString('latin1'))?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits || '0', 8)
}

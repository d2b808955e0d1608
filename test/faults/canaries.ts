import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Something that was written or answered, and where. */
export type Place = [where: string, bytes: Buffer | string]

/** Secrets to look for, by name. */
export type Canaries = Record<string, string>

/** Every canary that is found in a place, in whatever form; compressed bytes are also looked at unpacked. */
export function found(places: Iterable<Place>, canaries: Canaries): string[] {
  const needles = Object.entries(canaries).flatMap(([name, secret]) =>
    forms(secret).map(([form, needle]) => ({ what: `${name} as ${form}`, needle })),
  )
  const hits: string[] = []
  for (const [where, given] of places)
    for (const bytes of unpacked(Buffer.from(given)))
      for (const { what, needle } of needles) if (bytes.includes(needle)) hits.push(`${where}: ${what}`)
  return hits
}

/** All files below a folder but those below `but`. */
export function* filesBelow(folder: string, but: readonly string[] = []): Generator<Place> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (but.includes(path)) continue
    const kind = lstatSync(path)
    if (kind.isDirectory()) yield* filesBelow(path, but)
    else if (kind.isFile()) yield [path, readFileSync(path)]
  }
}

/** How a secret may be written: as it is, or as programs write bytes. */
function forms(secret: string): [string, Buffer][] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const percent = hex.replace(/../g, '%$&')
  const texts: [string, string][] = [
    ['text', secret],
    ['URL', encodeURIComponent(secret)],
    ['percent', percent],
    ['percent in capitals', percent.toUpperCase()],
    ['hex', hex],
    ['hex in capitals', hex.toUpperCase()],
    ...[0, 1, 2].flatMap((before): [string, string][] => {
      const text = base64(bytes, before)
      return [
        [`base64 after ${before}`, text],
        [`base64url after ${before}`, text.replaceAll('+', '-').replaceAll('/', '_')],
      ]
    }),
  ]
  return [
    ...texts.map(([form, text]): [string, Buffer] => [form, Buffer.from(text)]),
    ['UTF-16', Buffer.from(secret, 'utf16le')],
  ]
}

/** The letters of base64 that these bytes alone decide, where so many bytes (mod 3) stand before them. */
function base64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const partial = (before + bytes.length) % 3 === 0 ? 0 : 1
  return text.slice(Math.ceil((before * 8) / 6), text.length - partial)
}

function unpacked(bytes: Buffer): Buffer[] {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return [bytes]
  return [bytes, gunzipSync(bytes)]
}

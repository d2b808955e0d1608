const UNITS = { b: 1, kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 } as const

/**
 * Bytes of a size as the template's `MAX_RAW_SIZE` takes it: `25mb`, `100kb`, `4096`; units are powers of 1024.
 * Throws an Error that names the text when it is no size.
 */
export function byteSize(text: string): number {
  const [, number, unit] = text.trim().match(/^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb)?$/i) ?? []
  if (number === undefined) throw new Error(`"${text}" is not a size: write it like 100kb or 25mb`)
  return Math.floor(Number(number) * UNITS[(unit ?? 'b').toLowerCase() as keyof typeof UNITS])
}

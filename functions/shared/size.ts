/** How a person writes a size: 500m, 2g. */
export const SIZE = '^[1-9]\\d{0,5}[kmg]$'

const UNITS = { k: 1e3, m: 1e6, g: 1e9 } as const

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes of a size of the form `SIZE`, by thousands as registries count them. */
export function bytesOf(size: string): number {
  return Number(size.slice(0, -1)) * UNITS[size.slice(-1) as keyof typeof UNITS]
}

/** Bytes as registries and `docker images` count them, by thousands, with two or three digits: `45.2 MB`. */
export function bytes(count: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.max(count, 1)) / 3), 0), SIZES.length - 1)
  const value = count / 1000 ** power
  return `${power > 0 && value < 100 ? value.toFixed(1) : Math.round(value)} ${SIZES[power]}`
}

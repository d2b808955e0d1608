const LIMIT = 900

/** One line for the journal, below 1 kB whatever is in it: faasd's programs answer with what they like. */
export function line(text: string): string {
  const flat = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  const bytes = Buffer.from(flat)
  return bytes.length <= LIMIT ? flat : `${bytes.subarray(0, LIMIT - 10).toString('utf8')}…`
}

/** Words as a heading: with a capital. */
export function heading(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** Words as a sentence of a page: with a capital and a full stop. */
export function sentence(words: string): string {
  return `${heading(words)}.`
}

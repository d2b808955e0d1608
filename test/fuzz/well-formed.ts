const TOKEN =
  /<(\/?)([a-zA-Z]+)((?: [a-zA-Z0-9:-]+="[^"<]*")*)(\/?)>|&(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-f]+);|[^<&]/gy

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** Whether a text is one XML element with everything in it closed and escaped, as makers of badges write it. */
export function wellFormed(xml: string): boolean {
  const open: string[] = []
  let at = 0
  for (const [token, closing, name = '', attributes = '', empty] of xml.matchAll(TOKEN)) {
    at += token.length
    if (/&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[0-9a-f]+);)/.test(attributes)) return false
    if (name === '' || empty === '/') continue
    if (closing !== '/') open.push(name)
    else if (open.pop() !== name) return false
  }
  return at === xml.length && open.length === 0 && !FORBIDDEN.test(xml)
}

/** The elements that a badge is made of; anything else came in with a text. */
export function elements(xml: string): string[] {
  return [...new Set([...xml.matchAll(/<([a-zA-Z]+)/g)].map(([, name]) => name as string))].sort()
}

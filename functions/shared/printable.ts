/** What a terminal obeys instead of showing it: control characters, and those that turn text around. */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** ECMA-48: colours and moves (CSI), titles and links (OSC, here never over a line's end), and the short ones. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const SEQUENCES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g

/** Text that others wrote, as one line in which nothing is obeyed. */
export function oneLine(text: string): string {
  return text.replace(OBEYED, ' ')
}

/** The same for text of many lines; a return without a new line, as progress bars print it, begins a line. */
export function plainText(text: string): string {
  return text
    .replace(SEQUENCES, '')
    .replace(/\r\n?/g, '\n')
    .replace(OBEYED, (sign) => (sign === '\n' || sign === '\t' ? sign : ''))
}

/** JSON that may be shown as it is: JSON.stringify leaves half of the control characters and all of the turning ones. */
export function jsonLine(
  value: unknown,
  replacer?: (this: unknown, key: string, value: unknown) => unknown,
): string {
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, replacer).replace(OBEYED, escaped)
}

/** A shorter line is in every second word of a log. */
const SHORTEST = 4

/** The lines of a secret that can be told from other text; where there is none, it cannot be masked. */
export function maskable(value: string): string[] {
  return value
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST)
}

/**
 * Writes `***` over each line of these values, as they are; another form of them (base64) is another text. What it
 * is given must end where a line ends, or a value could stand across the border.
 */
export function masking(values: Iterable<string>): (text: string) => string {
  // The longest first: one value may be the beginning of another.
  const lines = [...values].flatMap(maskable).sort((a, b) => b.length - a.length)
  return (text) => lines.reduce((rest, line) => rest.replaceAll(line, '***'), text)
}

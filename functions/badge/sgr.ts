/** How text is drawn: colours are the 16 of a terminal (0 to 15), what is missing is the page's own. */
export type Pen = {
  fg?: number | undefined
  bg?: number | undefined
  bold?: boolean
  dim?: boolean
  italic?: boolean
  underline?: boolean
  inverse?: boolean
  strike?: boolean
}

export const PLAIN: Pen = {}

/** xterm's own 16, which the palette of 256 and true colours are brought down to. Black, red, green, yellow, blue … */
const SIXTEEN = [
  ...[0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5],
  ...[0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff],
].map((rgb) => [rgb >> 16, (rgb >> 8) & 0xff, rgb & 0xff])

const SWITCHES: Record<number, Pen> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { fg: undefined },
  49: { bg: undefined },
}

/**
 * The pen after SGR parameters such as `1;38;5;208` or `38:2::255:135:0` (ECMA-48 8.3.117, ISO 8613-6). What is not
 * known, hidden text among it, changes nothing.
 */
export function draw(pen: Pen, parameters: string): Pen {
  let drawn = pen
  const codes = parameters.split(';')
  for (let at = 0; at < codes.length; at += 1) {
    const [code = '', ...parts] = (codes[at] as string).split(':')
    const number = Number(code)
    if (number === 0) drawn = PLAIN
    else if (number === 38 || number === 48 || number === 58) {
      // With semicolons the colour stands in the codes that follow, with colons in this one.
      const words = parts.length > 0 ? parts : codes.slice(at + 1, at + 5)
      if (parts.length === 0) at += words[0] === '2' ? 4 : 2
      const color = colorOf(words)
      if (color !== undefined && number !== 58) drawn = { ...drawn, [number === 38 ? 'fg' : 'bg']: color }
    } else if (number === 4 && parts[0] === '0') drawn = { ...drawn, underline: false }
    else drawn = { ...drawn, ...(SWITCHES[number] ?? basic(number)) }
  }
  return drawn
}

/** The pen's SGR codes, each of which is a class in log-style.ts; none for a plain one. */
export function codesOf(pen: Pen): number[] {
  const [fg, bg] = pen.inverse ? [pen.bg, pen.fg] : [pen.fg, pen.bg]
  const switches = { 1: pen.bold, 2: pen.dim, 3: pen.italic, 4: pen.underline, 7: pen.inverse, 9: pen.strike }
  const on = Object.entries(switches).flatMap(([code, set]) => (set ? [Number(code)] : []))
  return [...on, ...coded(fg, 30), ...coded(bg, 40)]
}

function coded(color: number | undefined, first: number): number[] {
  if (color === undefined) return []
  return [color < 8 ? first + color : first + 60 + color - 8]
}

function basic(code: number): Pen {
  const bright = code >= 90
  const color = (code % 10) + (bright ? 8 : 0)
  const base = code - (code % 10) - (bright ? 60 : 0)
  if (code % 10 > 7 || (base !== 30 && base !== 40)) return PLAIN
  return base === 30 ? { fg: color } : { bg: color }
}

/** `5;N` and `2;R;G;B`, or `2:<space>:R:G:B`, as one of the 16; undefined where it is none. */
function colorOf([form, ...words]: string[]): number | undefined {
  const values = words.map(Number)
  if (form === '5') return paletteColor(values[0] ?? 256)
  const rgb = words.length > 3 ? values.slice(1, 4) : values
  return form === '2' && rgb.length === 3 && rgb.every((part) => part <= 255) ? nearest(rgb) : undefined
}

function paletteColor(index: number): number | undefined {
  return index < 16 ? index : PALETTE[index - 16]
}

/** The 216 colours of the palette's cube and its 24 greys, as the nearest of the 16. */
const PALETTE = Array.from({ length: 240 }, (_, index) => {
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  if (index >= 216) return nearest([0, 0, 0].fill(8 + (index - 216) * 10))
  return nearest([Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(level))
})

function nearest(rgb: number[]): number {
  const far = SIXTEEN.map((own) => own.reduce((sum, part, at) => sum + (part - (rgb[at] ?? 0)) ** 2, 0))
  return far.indexOf(Math.min(...far))
}

import { oneLine } from '../shared/printable.ts'

const MARKUP = Symbol('markup')

/** Markup that may be sent as it is. Nothing that was read as JSON can pass for it: its key is a symbol. */
export type Html = { readonly [MARKUP]: string }

type Value = Html | string | number | undefined | false | readonly Value[]

/**
 * A template of markup: `html\`<a href="${address}">${name}</a>\``. Every value is escaped, for text and for quoted
 * attributes alike; lists are joined, nested markup is kept, undefined and false are nothing.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return trusted(String.raw({ raw: parts }, ...values.map(written)))
}

/** Takes text for markup. Only for what this function's own code has made, or a library that escapes has. */
export function trusted(text: string): Html {
  return { [MARKUP]: text }
}

/** The markup as text, to be sent. */
export function markup(piece: Html): string {
  return piece[MARKUP]
}

function written(value: Value): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return isList(value) ? value.map(written).join('') : markup(value)
}

function isList(value: Html | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value)
}

const NAMES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (sign) => NAMES[sign] as string)
}

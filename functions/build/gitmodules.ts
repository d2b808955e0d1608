import { Failure } from '../shared/failure.ts'
import * as refusals from './words/refusals.ts'

/** One entry of .gitmodules: where it lies in its repository, and where its own repository is said to be. */
export type Submodule = { path: string; url: string }

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', b: '\b' }

/**
 * The submodules that a .gitmodules names (https://git-scm.com/docs/gitmodules), in the form of git's own
 * configuration files. A path that would leave the repository is a Failure `source_refused`.
 */
export function submodulesIn(text: string): Submodule[] {
  const sections = new Map<string, Partial<Submodule>>()
  let section: Partial<Submodule> | undefined
  for (const line of text.replace(/\\\r?\n/g, '').split(/\r?\n/)) {
    if (/^\s*\[/.test(line)) {
      const name = /^\s*\[\s*submodule\s+"(.*)"\s*\]/i.exec(line)?.[1]
      section = name === undefined ? undefined : (sections.get(name) ?? {})
      if (name !== undefined && section) sections.set(name, section)
    }
    const [, key, value = ''] = /^\s*(path|url)\s*=(.*)$/i.exec(line) ?? []
    if (section && key) section[key.toLowerCase() as keyof Submodule] = textOf(value)
  }
  return [...sections.values()].flatMap(({ path, url }) =>
    path === undefined || url === undefined ? [] : [{ path: within(path), url }],
  )
}

/** A value without its quotes, escapes and comment; blanks at its ends count only in quotes. */
function textOf(text: string): string {
  let value = ''
  let length = 0
  let quoted = false
  const signs = [...text.trimStart()]
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at] ?? ''
    if (!quoted && /[#;]/.test(sign)) break
    if (sign === '"') quoted = !quoted
    else if (sign === '\\') {
      at += 1
      value += ESCAPED[signs[at] ?? ''] ?? signs[at] ?? ''
    } else value += sign
    if (quoted || !/\s/.test(sign)) length = value.length
  }
  return value.slice(0, length)
}

/** git refuses such a path, too: a submodule must not be put beside the repository, or over its `.git`. */
function within(path: string): string {
  const parts = path.replace(/\/$/, '').split('/')
  const leaves = parts.some((part) => ['', '.', '..'].includes(part) || part.toLowerCase() === '.git')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (leaves || /[\0-\x1f\x7f]/.test(path)) throw new Failure('source_refused', refusals.submodulePath(path))
  return parts.join('/')
}

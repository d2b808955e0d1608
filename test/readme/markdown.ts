import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A page of the documentation; `path` is from the root of the repository. */
export type Page = { path: string; text: string }

/** A fenced block: its language, the heading above it and its text, without the indentation of a list. */
export type Block = { language: string; heading: string; text: string }

export function pageAt(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

/** README in both languages, the pages in docs, and the READMEs of registry and sample. */
export function allPages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  return ['README.md', 'README.es.md', 'registry/README.md', 'sample/README.md', ...pages.sort()].map(pageAt)
}

export function blocks({ text }: Page): Block[] {
  const found = text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)
  return [...found].map(({ 1: indent = '', 2: language = '', 3: body = '', index }) => ({
    language,
    heading: headings(text.slice(0, index)).at(-1) ?? '',
    text: body.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

/** The text outside of fenced blocks: a `#` in a block is a comment, and a link there is none. */
export function prose(text: string): string {
  return text.replace(/^( *)```[\s\S]*?^\1```$/gm, '')
}

export function headings(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.replaceAll('`', ''))
}

/** The address of a heading inside its page, as GitHub makes it. */
export function anchor(heading: string): string {
  const words = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '')
  return words.trim().replaceAll(' ', '-')
}

/** The rows of the table whose first column has this title, cell by cell; without title and rule. */
export function table({ text }: Page, firstTitle: string): string[][] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    if (!line.startsWith(`| ${firstTitle} `) || !/^\| -/.test(lines[at + 1] ?? '')) return []
    const after = lines.slice(at + 2)
    const end = after.findIndex((row) => !row.startsWith('|'))
    return after.slice(0, end < 0 ? after.length : end).map(cells)
  })
}

/** What stands in backticks. */
export function quoted(text: string): string[] {
  return [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

// `\|` is a bar inside of a cell.
function cells(row: string): string[] {
  const parts = row.trim().split(/(?<!\\)\|/)
  return parts.slice(1, -1).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

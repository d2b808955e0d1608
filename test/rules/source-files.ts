import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** The TypeScript files below a folder, from the root of the repository, in POSIX form. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort()
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

export type Import = { what: string; typeOnly: boolean }

/** What a file imports, statically, by `import()` or by re-export. */
export function importsOf(text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s(type\s)?[^'";]*?\sfrom\s+'([^']+)'/gm)
  const bare = text.matchAll(/(?:^import\s+|\bimport\(\s*|\brequire\(\s*)'([^']+)'/gm)
  return [
    ...[...statements].map(([, type, what = '']) => ({ what, typeOnly: type !== undefined })),
    ...[...bare].map(([, what = '']) => ({ what, typeOnly: false })),
  ]
}

import type { Files } from '../local/github/server.ts'

const FILES = 50

/** A service of 50 small files in an empty image; `word` makes its sources its own. */
export function smallService(name: string, word: string): Files {
  const code = Array.from({ length: FILES }, (_, index) => [
    `${name}/src/${index}.js`,
    `console.log(${index}, '${word}')\n`,
  ])
  return { [`${name}/Dockerfile`]: 'FROM scratch\nCOPY . /app/\n', ...Object.fromEntries(code) }
}

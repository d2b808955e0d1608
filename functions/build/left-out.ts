import { posix } from 'node:path'

/** A step of a pattern: `**` before a folder's name, `**` at the end, `*`, or one character. */
type Step = 'folders' | 'rest' | 'run' | ((letter: string) => boolean)

/**
 * What .dockerignore leaves out, as Docker reads it: the last rule that fits a path or one of its folders decides
 * (https://docs.docker.com/build/concepts/context/#dockerignore-files). Not by regular expressions, in which a line of
 * ten stars takes hours: each step of a pattern looks at each character of a path once (docs/decisions/0011).
 */
export function leftOut(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => rule(line.trim()))
  return (path) => rules.reduce((left, { steps, keeps }) => (fits(steps, path) ? !keeps : left), false)
}

function rule(line: string): { steps: Step[]; keeps: boolean } {
  const keeps = line.startsWith('!')
  const pattern = posix
    .normalize(keeps ? line.slice(1).trim() : line)
    .replace(/^\//, '')
    .replace(/\/$/, '')
  return { steps: pattern === '.' ? [] : stepsOf(pattern), keeps }
}

function stepsOf(pattern: string): Step[] {
  const [token] = /^(?:\*\*\/?|\[\^?(?:\\.|[^\]\\])+\]|\\.|[\s\S])/u.exec(pattern) ?? []
  if (token === undefined) return []
  const rest = pattern.slice(token.length)
  return [stepOf(token, rest === ''), ...stepsOf(rest)]
}

function stepOf(token: string, last: boolean): Step {
  if (token.startsWith('**')) return last ? 'rest' : 'folders'
  if (token === '*') return 'run'
  if (token === '?') return (letter) => letter !== '/'
  if (token.length > 2 && token.startsWith('[')) return oneOf(token.slice(1, -1))
  const letter = token.length > 1 && token.startsWith('\\') ? token.slice(1) : token
  return (other) => other === letter
}

/** `a-z` and single letters, or with ^ all others. */
function oneOf(text: string): (letter: string) => boolean {
  const inverse = text.startsWith('^')
  const ranges = [...text.slice(inverse ? 1 : 0).matchAll(/\\?([\s\S])(?:-\\?([\s\S]))?/gu)]
  return (letter) => ranges.some(([, from = '', to = from]) => from <= letter && letter <= to) !== inverse
}

/** Whether the steps lead through the path, or through a folder of it. */
function fits(steps: readonly Step[], path: string): boolean {
  if (steps.length === 0) return false
  let at = opened(steps, new Set([0]))
  for (const letter of path) {
    if (letter === '/' && at.has(steps.length)) return true
    const next = new Set<number>()
    for (const index of at) {
      const step = steps[Math.floor(index)]
      if (step === 'run' ? letter !== '/' : step === 'rest') next.add(index)
      // Half a step: within the folders, until the next one begins.
      if (step === 'folders') next.add(Math.floor(index) + 0.5)
      if (step === 'folders' ? letter === '/' : typeof step === 'function' && step(letter))
        next.add(Math.floor(index) + 1)
    }
    at = opened(steps, next)
    if (at.size === 0) return false
  }
  return at.has(steps.length)
}

/** With what may also be nothing: stars. */
function opened(steps: readonly Step[], at: Set<number>): Set<number> {
  for (const index of at) if (typeof steps[index] === 'string') at.add(index + 1)
  return at
}

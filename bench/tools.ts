import { whereIs } from '../local/debian.ts'

/** Throws a sentence that says what is missing and which Debian packages bring it: nothing is measured without it. */
export function mustHave(name: string, needs: Record<string, string>): void {
  const missing = Object.keys(needs).filter((program) => whereIs(program) === undefined)
  if (missing.length === 0) return
  const packages = missing.map((program) => needs[program]).join(' ')
  throw new Error(
    `the benchmark ${name} needs ${missing.join(', ')}, which is not here: apt-get install ${packages}`,
  )
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './markdown.ts'

/** What Node, OpenFaaS's template and its watchdog read, and no function: README leaves it to stack.yml. */
const PLATFORM =
  /^(?:[A-Z_]+|exec_timeout|read_timeout|write_timeout|healthcheck_interval|grace_period|memory)$/

/** The names in stack.yml, of all functions together; test/rules/stack.test.ts holds them against the code. */
export function readStackNames(): {
  functions: string[]
  environment: Record<string, string>
  secrets: string[]
} {
  const [, text = ''] = readFileSync(join(ROOT, 'stack.yml'), 'utf8').split(/^functions:$/m)
  const names = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = '']) => name)
  const pairs = [...text.matchAll(/^ {6}(\w+): +(.*)$/gm)].map(([, name = '', value = '']) => [
    name,
    value.replace(/^"(.*)"$/, '$1'),
  ])
  return {
    functions: names(/^ {2}([\w-]+):$/gm),
    environment: Object.fromEntries(pairs.filter(([name = '']) => !PLATFORM.test(name))),
    secrets: [...new Set(names(/^ {6}- ([\w-]+)$/gm))].sort(),
  }
}

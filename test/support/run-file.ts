import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { summary } from './summary.ts'

const ROOT = join(import.meta.dirname, '../..')

/**
 * Runs a test file in a process of its own and prints its line, with all that it said when something failed. A file
 * that does not end within `deadline` ms is ended with whatever it started: uvu has no time limit.
 */
export function runFile(
  file: string,
  env: NodeJS.ProcessEnv,
  deadline: number,
): Promise<{ passed: number; failed: number }> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const timer = setTimeout(() => {
      output += `\nended after ${deadline / 1000} s: the file did not finish\n`
      // The group: whatever the file started ends with it.
      process.kill(-(child.pid as number), 'SIGKILL')
    }, deadline)
    child.on('close', (code) => {
      clearTimeout(timer)
      const { passed, failed, verdict } = summary(output, code)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${relative('test', file)} ${verdict} ${seconds} s`)
      if (failed > 0) console.log(output.replace(/^/gm, '     '))
      resolve({ passed, failed })
    })
  })
}

/** Prints the last line and sets the exit code: an error if anything failed or nothing ran. */
export function conclude(results: { passed: number; failed: number }[]): void {
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  if (results.length === 0) console.log('no test file matches')
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

/** Every `test/**\/*.test.ts`, or those whose path contains one of the given words, from the root of the repository. */
export function testFiles(words: string[]): string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
}

import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import pLimit from 'p-limit'
import { needsParts, openParts } from './support/parts.ts'
import { summary } from './support/summary.ts'

const FILE_DEADLINE_MS = 300_000

/**
 * Runs every `test/**\/*.test.ts` (or those whose path contains one of the given words) in a process of its
 * own. uvu has no time limit and exits 0 when a file forgets `.run()`: both count as a failure here.
 */
async function main(words: string[]): Promise<void> {
  const root = join(import.meta.dirname, '..')
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
  const parts = files.some(needsParts) ? await openParts() : undefined
  const limit = pLimit(availableParallelism())
  const env = { ...process.env, ...(parts && { DOCKER_HOST: parts.dockerHost }) }
  const results = await Promise.all(files.map((file) => limit(() => runFile(root, file, env))))
  await parts?.close()
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failed, 0)
  if (files.length === 0) console.log('no test file matches')
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

function runFile(
  root: string,
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ passed: number; failed: number }> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    const deadline = setTimeout(() => {
      output += `\nended after ${FILE_DEADLINE_MS / 1000} s: the file did not finish\n`
      // The group: whatever the file started ends with it.
      process.kill(-(child.pid as number), 'SIGKILL')
    }, FILE_DEADLINE_MS)
    child.on('close', (code) => {
      clearTimeout(deadline)
      const { passed, failed, verdict } = summary(output, code)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${failed > 0 ? 'FAIL' : 'ok  '} ${relative('test', file)} ${verdict} ${seconds} s`)
      if (failed > 0) console.log(output.replace(/^/gm, '     '))
      resolve({ passed, failed })
    })
  })
}

await main(process.argv.slice(2))

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const ROOT = join(import.meta.dirname, '../..')

/** `npm run bench`, and what of docs it wrote. */
function bench(args: string[], env: NodeJS.ProcessEnv = process.env) {
  const before = written()
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', ...args],
    {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    },
  )
  assert.equal(written(), before)
  return { status, stdout, stderr }
}

/** When each file of the results was last written. */
function written(): Record<string, number> {
  const folder = join(ROOT, 'docs/benchmarks')
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  return Object.fromEntries(
    [join(ROOT, 'docs/benchmarks.md'), ...files]
      .filter((file) => existsSync(file))
      .map((file) => [file, statSync(file).mtimeMs]),
  )
}

const refusals = suite('npm run bench refuses, in a sentence, and measures nothing')
refusals('a name that no benchmark has', () => {
  const { status, stdout, stderr } = bench(['merge', 'merrge'])
  assert.is(status, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^there is no benchmark merrge; there are .*\bmerge\b.*\n$/)
})
refusals('a benchmark whose tools are not here', () => {
  const { status, stdout, stderr } = bench(['merge'], { PATH: '/nowhere' })
  assert.is(status, 1)
  assert.is(stdout, '')
  assert.match(stderr, /^the benchmark merge needs git, docker, .*: apt-get install git docker\.io\n$/)
})
refusals('an option that there is not', () => {
  const { status, stdout, stderr } = bench(['--sort'])
  assert.is(status, 1)
  assert.is(stdout, '')
  assert.match(stderr, '--sort')
  assert.not.match(stderr, '    at ')
})
refusals.run()

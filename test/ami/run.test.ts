import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../ami/recipe/run.ts'
import { until } from '../support/until.ts'

const program = suite('a program of the recipe')
const said = (name: string, ...args: string[]) =>
  run(name, args).then(
    () => '',
    (error: Error) => error.message,
  )

program('that is not there is named, with where it is to be had', async () => {
  assert.is(
    await said('dpkg-deb-of-nowhere'),
    'dpkg-deb-of-nowhere is not on this machine: it takes apt and dpkg, as Debian and Ubuntu have them',
  )
})
program('that fails says why: apt in its first line of errors, others in their last', async () => {
  assert.is(await said('sh', '-c', 'echo a >&2; echo b >&2; exit 2'), 'sh: b')
  assert.is(await said('sh', '-c', 'echo "E: 404" >&2; echo "E: failed" >&2; exit 100'), 'sh: E: 404')
})
program('that has no room says so, whatever it says after that', async () => {
  assert.match(
    await said('sh', '-c', 'echo "No space left on device" >&2; echo "E: x" >&2; exit 2'),
    /No space/,
  )
})
program(
  'ends with its signal, which is the error then, and nothing that it has started goes on',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ami-run-'))
    const file = join(folder, 'pid')
    const ending = new AbortController()
    const running = run('sh', ['-c', 'sleep 3600 & echo $! >"$0"; wait', file], { signal: ending.signal })
    const pid = () => Number(existsSync(file) && readFileSync(file, 'utf8'))
    await until(() => pid() > 0, 'a child of the program')
    ending.abort(new Error('enough'))
    await running.then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error.message, 'enough'),
    )
    const status = `/proc/${pid()}/status`
    await until(() => !existsSync(status) || /^State:\tZ/m.test(readFileSync(status, 'utf8')), 'its end')
    rmSync(folder, { recursive: true })
  },
)
program.run()

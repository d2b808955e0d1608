import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runTool } from '../../ami/tool.ts'
import { runs } from '../build/engine-stage.ts'

const NEVER = new AbortController().signal
const sh = (script: string, more: object = {}) => runTool('sh', ['-c', script], { signal: NEVER, ...more })
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.unreachable('it worked') as never,
    (error: Error) => error,
  )

async function* stalled(): AsyncGenerator<Buffer> {
  yield Buffer.from('a')
  await new Promise((resolve) => setTimeout(resolve, 5_000).unref())
}

const tool = suite('runTool')
tool('gives a program its input', () => sh('[ "$(cat)" = abc ]', { input: ['a', 'bc'] }))
tool('says what a failed program said last', async () => {
  const error = await failure(sh('echo first >&2; echo last >&2; exit 3'))
  assert.is(error.message, 'sh ended with 3: last')
})
tool('says so where there is no such program', async () => {
  assert.match(
    (await failure(runTool('no-such-program', [], { signal: NEVER }))).message,
    /no-such-program.*ENOENT/,
  )
})
tool('waits for no input that has stalled, once the program has ended', async () => {
  assert.match((await failure(sh('echo enough >&2; exit 1', { input: stalled() }))).message, /enough/)
})
tool('does not take half an input for a whole one', async () => {
  const broken = async function* () {
    yield Buffer.from('half')
    throw new Error('the other half is missing')
  }
  assert.is((await failure(sh('cat; exit 0', { input: broken() }))).message, 'the other half is missing')
})
tool('ends a program with all that it has started', async () => {
  const mark = `sleep 4${process.pid}`
  const leaving = new AbortController()
  const ended = failure(sh(`${mark} & ${mark}; true`, { signal: leaving.signal }))
  while (!runs(`sleep\x004${process.pid}`)) await sleep(10)
  leaving.abort(new Error('gone'))
  assert.is((await ended).message, 'gone')
  const deadline = Date.now() + 5_000
  while (runs(`sleep\x004${process.pid}`) && Date.now() < deadline) await sleep(10)
  assert.not.ok(runs(`sleep\x004${process.pid}`))
})
tool.run()

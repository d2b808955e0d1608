import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Answer } from '../local/host/running-host.ts'
import { type Contract, openContract } from './world.ts'

// Measured on faasd 0.19.0: nobody waits for node. After a deploy three or four calls are answered 500, after a
// crash two; while the old process drains they are 404. The embedded gateway does so with `coldAnswers: 500`.
const cold = suite('after a deploy or a crash')
let world: Contract
cold.before(async () => {
  world = await openContract({ coldAnswers: 500 })
  await warm('probe')
})
cold.after(() => world.close())

/** All answers up to the first 200, which is the last. */
async function warm(name: string): Promise<Answer[]> {
  const deadline = Date.now() + 60_000
  const answers: Answer[] = []
  while (answers.at(-1)?.status !== 200) {
    if (Date.now() > deadline) throw new Error(`${name} answers ${answers.at(-1)?.status} for a minute`)
    answers.push(await world.call(`/function/${name}`))
  }
  return answers
}

cold('the call that it died in is 500, empty (of-watchdog executor/http_runner.go; [run])', async () => {
  await warm('mortal')
  assert.is((await world.call('/function/mortal?exit=1')).status, 500)
})
cold('then 500s, and another process that answers, all by calling (measured)', async () => {
  const [{ text } = { text: '' }] = (await warm('mortal')).slice(-1)
  await world.call('/function/mortal?exit=1')
  const answers = await warm('mortal')
  const before = answers.slice(0, -1)
  assert.ok(before.length > 0 || world.real)
  // The text is the provider's while the watchdog itself does not listen yet.
  for (const { status, text } of before) {
    // For a quarter of a second faasd may still know the dead process, whose address is empty by now: port 8080 of
    // the host itself then answers, the gateway, with a 301 to its own page (faasd invoke_resolver.go; measured).
    if (world.real && status === 301) continue
    assert.is(status, 500)
    assert.match(text, world.real ? /^(Can't reach service for: mortal\.\n)?$/ : /^$/)
  }
  assert.is.not(JSON.parse(String(answers.at(-1)?.text)).pid, JSON.parse(text).pid)
})
cold('a call of the queue in that window is acknowledged and lost (measured)', async () => {
  if (world.real) return
  await warm('mortal')
  await world.call('/function/mortal?exit=1')
  const note = randomUUID()
  const headers = { 'x-callback-url': `${world.inside}/function/probe?note=${note}` }
  const { status } = await world.call('/async-function/mortal', { method: 'POST', body: '', headers })
  assert.is(status, 202)
  assert.is((await world.notes(note, 2))[0]?.headers['x-function-status'], '500')
})
cold(
  'while a deploy ends the old process calls are 404, in the words of an unknown one (measured)',
  async () => {
    if (world.real) return
    await warm('mortal')
    await world.call('/function/mortal?deaf=1')
    const deployed = world.redeploy('mortal')
    const answers = await warm('mortal')
    await deployed
    assert.is(answers[0]?.status, 404)
    assert.match(String(answers[0]?.text), /^error finding function mortal\.openfaas-fn: /)
    for (const { status } of answers.slice(1, -1)) assert.ok(status === 404 || status === 500, String(status))
  },
)
cold.run()

const ended = suite('after exit(0)')
ended('calls are 500 until the next deploy (of-watchdog executor/http_runner.go; measured)', async () => {
  const waiting = await openContract()
  // On a real one nobody deploys it again.
  if (!waiting.real) {
    await waiting.call('/function/mortal?exit=0')
    for (const _ of [1, 2]) assert.is((await waiting.call('/function/mortal')).status, 500)
    await waiting.redeploy('mortal')
    assert.is((await waiting.call('/function/mortal')).status, 200)
  }
  await waiting.close()
})
ended.run()

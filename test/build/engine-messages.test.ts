import { Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type EngineMessage, engineMessages } from '../../functions/build/engine-messages.ts'
import { failureOf } from '../support/failure-of.ts'

async function read(...chunks: (string | Buffer)[]): Promise<EngineMessage[]> {
  const found: EngineMessage[] = []
  for await (const message of engineMessages(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))))
    found.push(message)
  return found
}
const LINES = '{"stream":"ä"}\r\n{"id":"moby.image.id","aux":{"ID":"sha256:1"}}\n{"error":"no"}\n'
const FOUND = [{ stream: 'ä' }, { id: 'moby.image.id', aux: { ID: 'sha256:1' } }, { error: 'no' }]

const messages = suite('engineMessages')
messages('reads one message a line', async () => assert.equal(await read(LINES), FOUND))
messages('reads the same wherever the answer is split, in a line or in a character', async () => {
  const bytes = Buffer.from(LINES)
  for (let at = 0; at <= bytes.length; at += 1)
    assert.equal(await read(bytes.subarray(0, at), bytes.subarray(at)), FOUND, `split at ${at}`)
  assert.equal(await read(...[...bytes].map((byte) => Buffer.from([byte]))), FOUND)
})
messages('reads a last line without a line end', async () => {
  assert.equal(await read('{"status":"a"}\n{"status":"b"}'), [{ status: 'a' }, { status: 'b' }])
})
messages('passes over empty lines', async () =>
  assert.equal(await read('\n\r\n{"status":"a"}\n\n'), [{ status: 'a' }]),
)
messages('reads nothing from an empty answer', async () => assert.equal(await read(), []))
messages('gives a message as soon as its line has ended', async () => {
  const answer = new Readable({ read() {} })
  const reading = engineMessages(answer)
  answer.push('{"status":"a"}\n{"sta')
  assert.equal((await reading.next()).value, { status: 'a' })
  answer.push('tus":"b"}\n')
  assert.equal((await reading.next()).value, { status: 'b' })
  await reading.return(undefined)
  assert.ok(answer.destroyed)
})
messages('reads a long line, such as a trace of many steps', async () => {
  const long = 'x'.repeat(1024 * 1024)
  assert.equal(await read(`{"stream":"${long}"}\n`), [{ stream: long }])
})

const WRONG: Record<string, [answer: string[], message: RegExp]> = {
  'something else than JSON': [['<html>502</html>\n'], /not JSON/],
  'half a message at the end': [['{"status":"a"}\n{"stat'], /not JSON/],
  'a line without an end': [Array.from({ length: 17 }, () => 'x'.repeat(1024 ** 2)), /a line without an end/],
}
for (const [title, [answer, message]] of Object.entries(WRONG))
  messages(`ends at ${title}`, async () => {
    const failure = await failureOf(() => read(...answer))
    assert.is(failure.code, 'engine_error')
    assert.match(failure.message, message)
  })
messages("passes on the connection's own error", async () => {
  const answer = new Readable({ read() {} })
  answer.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
  const error = await engineMessages(answer)
    .next()
    .catch((thrown: NodeJS.ErrnoException) => thrown)
  assert.is((error as NodeJS.ErrnoException).code, 'ECONNRESET')
})
messages.run()

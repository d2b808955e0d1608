import { once } from 'node:events'
import { createServer } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ensurePortFree } from '../../local/port.ts'

const port = suite('ensurePortFree')

async function held(host: string): Promise<{ number: number; release: () => void }> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  return { number: (server.address() as { port: number }).port, release: () => server.close() }
}
const failure = (work: Promise<void>) =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  )

for (const host of ['127.0.0.1', '0.0.0.0']) {
  port(`names the port, its holder and the option when ${host} is listened on`, async () => {
    const { number, release } = await held(host)
    const message = await failure(ensurePortFree(number, '--registry-port'))
    release()
    assert.ok(message.startsWith(`Port ${number} is taken by `), message)
    if (process.platform === 'linux') assert.match(message, `(process ${process.pid})`)
    assert.match(message, '--registry-port')
  })
}

port('is content with a free port, and leaves it free', async () => {
  const { number, release } = await held('127.0.0.1')
  release()
  await ensurePortFree(number, '--port')
  await ensurePortFree(number, '--port')
})

port.run()

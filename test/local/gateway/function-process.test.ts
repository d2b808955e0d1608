import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startGateway } from '../../../local/gateway/gateway.ts'
import { until } from '../../support/until.ts'
import { type StartedGateway, startedGateway } from './started-gateway.ts'

const LIVES = `
  if (event.path === '/exit') process.exit(Number(event.query.code))
  if (event.path === '/wait') return console.log('waits') ?? new Promise(() => {})
  if (event.path === '/stubborn') process.on('SIGTERM', () => {})
  context.succeed(String(process.pid))
`
const process_ = suite('the process of a function')
let gateway: StartedGateway
process_.before.each(async () => {
  gateway = await startedGateway({ live: LIVES })
  await gateway.call('/function/live')
})
process_.after.each(() => gateway.close())
const kill = (pid: number | undefined) => process.kill(pid as number, 'SIGKILL')
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

process_('is started again by itself after kill -9', async () => {
  const before = gateway.pid('live')
  kill(before)
  await until(() => ![before, undefined].includes(gateway.pid('live')), 'another process')
  assert.is((await gateway.call('/function/live')).text, String(gateway.pid('live')))
})
process_('is started by the next call before that (platform.md 1.1)', async () => {
  const before = gateway.pid('live')
  kill(before)
  await until(() => gateway.pid('live') !== before, 'the end of it')
  assert.is((await gateway.call('/function/live')).status, 200)
})
process_('500 for the call that it died in, 200 for the next (faasd.md 3.4)', async () => {
  const died = await gateway.call('/function/live/exit?code=1')
  assert.is(died.status, 500)
  assert.is((await gateway.call('/function/live')).status, 200)
})
process_('500 for each of twenty calls that it died in, without a warning of ours', async () => {
  const warnings: string[] = []
  const hear = ({ message }: Error) => warnings.push(message)
  process.on('warning', hear)
  const calls = Array.from({ length: 20 }, () => gateway.call('/function/live/wait'))
  await until(() => gateway.lines.filter((line) => line.includes('waits')).length === 20, 'twenty calls')
  kill(gateway.pid('live'))
  assert.equal([...new Set((await Promise.all(calls)).map(({ status }) => status))], [500])
  process.off('warning', hear)
  assert.not(
    warnings.some((message) => message.includes('[ChildProcess]')),
    warnings.join(),
  )
})
process_('exit 0 is 500 until it is deployed again, and the log says so (faasd.md 3.4)', async () => {
  await gateway.call('/function/live/exit?code=0')
  await until(() => gateway.pid('live') === undefined, 'the end of it')
  assert.is((await gateway.call('/healthz')).status, 503)
  assert.is((await gateway.call('/function/live')).status, 500)
  assert.ok(gateway.lines.some((line) => line.startsWith('live: ended with 0: faasd answers 500')))
  await gateway.restart('live')
  assert.is((await gateway.call('/function/live')).status, 200)
})
process_('restart waits until another one listens', async () => {
  const before = gateway.pid('live')
  await gateway.restart('live')
  assert.is.not(gateway.pid('live'), before)
  assert.is((await gateway.call('/healthz')).status, 200)
})
process_('close ends even one that ignores SIGTERM', async () => {
  const pid = gateway.pid('live') as number
  await gateway.call('/function/live/stubborn')
  await gateway.close()
  assert.not(isAlive(pid))
})
process_.run()

const broken = suite('a function that cannot start')
broken('is 500, named by /healthz and the log, and the others work', async () => {
  const both = await startedGateway({ broken: '} syntax error', web: "context.succeed('web')" })
  assert.is((await both.call('/function/web')).text, 'web')
  assert.is((await both.call('/function/broken')).status, 500)
  const health = await both.call('/healthz')
  assert.equal([health.status, health.text], [503, 'not listening: broken\n'])
  await until(() => both.lines.some((line) => line.startsWith('broken: SyntaxError')), 'the reason')
  await both.close()
})
broken('a busy port rejects and starts no function', async () => {
  const first = await startedGateway({})
  const { port } = first
  const second = startGateway({ port, functions: () => [], adminPassword: () => 'x' })
  await second.then(
    () => assert.unreachable('it took the port'),
    (error: NodeJS.ErrnoException) => assert.is(error.code, 'EADDRINUSE'),
  )
  await first.close()
})
broken.run()

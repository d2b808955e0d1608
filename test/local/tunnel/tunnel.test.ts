import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { livingPid } from '../../../local/pid-file.ts'
import { openState, type State } from '../../../local/state.ts'
import { findProgram, type TunnelName } from '../../../local/tunnel/program.ts'
import { reachable } from '../../../local/tunnel/reachable.ts'
import { run } from '../../../local/tunnel/run.ts'
import { openTunnel, type Tunnel } from '../../../local/tunnel/tunnel.ts'
import { standIns, tunnelPid } from './stand-in.ts'

const tunnels = suite('tunnel')
const stand = standIns()
const here = createServer((request, response) => response.end(`${request.method} ${request.url}`))
const path = process.env.PATH
let state: State
let said: string[]
let moves: string[]
tunnels.before(async () => {
  await new Promise<void>((resolve) => here.listen(0, '127.0.0.1', resolve))
})
tunnels.before.each(() => {
  process.env.PATH = `${stand.folder}${delimiter}${path}`
  state = openState(mkdtempSync(join(tmpdir(), 'artefacto-state-')))
  stand.mode('')
  said = []
  moves = []
})
tunnels.after.each(() => {
  state.close()
  rmSync(state.folder, { recursive: true })
})
tunnels.after(() => {
  here.close()
  here.closeAllConnections()
  rmSync(stand.folder, { recursive: true })
})

const open = (name: TunnelName, lookMs = 60_000): Promise<Tunnel> =>
  openTunnel({
    lookMs,
    program: findProgram(name),
    port: (here.address() as AddressInfo).port,
    state,
    say: (line) => said.push(line),
    moved: (address) => moves.push(address),
  })

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + 30_000
  while (!holds()) {
    if (Date.now() > end) throw new Error(`${what} did not happen\n${said.join('\n')}`)
    await sleep(20)
  }
}

for (const name of ['cloudflared', 'ngrok'] as const) {
  tunnels(`of ${name} leads here, and ends with us`, async () => {
    const tunnel = await open(name)
    assert.is(await reachable(tunnel.address(), 5_000), undefined)
    const answer = await fetch(`${tunnel.address()}/function/webhook`, { method: 'POST', body: 'x' })
    assert.is(await answer.text(), 'POST /function/webhook')
    const pid = tunnelPid(state.folder)
    await tunnel.stop()
    assert.throws(() => process.kill(pid, 0), /ESRCH/)
    assert.is(livingPid(join(state.folder, 'tunnel.pid')), undefined)
    assert.equal([said, moves], [[], []])
    assert.match(readFileSync(join(state.folder, 'tunnel.log'), 'utf8'), /tunnel/)
  })
}

tunnels('that dies is opened again, at another address, and says so', async () => {
  const tunnel = await open('cloudflared')
  const first = tunnel.address()
  process.kill(tunnelPid(state.folder), 'SIGKILL')
  await until('another address', () => moves.length === 1)
  assert.is.not(moves[0], first)
  assert.is(tunnel.address(), moves[0])
  assert.is(await reachable(tunnel.address(), 5_000), undefined)
  assert.equal(said, ['cloudflared has ended (with SIGKILL): opening another tunnel'])
  await tunnel.stop()
})

tunnels('that cannot be opened again is tried until it can', async () => {
  const tunnel = await open('cloudflared')
  stand.mode('offline')
  process.kill(tunnelPid(state.folder), 'SIGKILL')
  await until('a try that fails', () => said.length === 2)
  assert.match(said[1] ?? '', /gives no public address: failed to request quick Tunnel: .*no such host/)
  stand.mode('')
  await until('another address', () => moves.length === 1)
  await tunnel.stop()
})

tunnels('that its edge has forgotten is opened again', async () => {
  const tunnel = await open('cloudflared', 50)
  const first = tunnel.address()
  process.kill(tunnelPid(state.folder), 'SIGUSR2')
  await until('another address', () => moves.length === 1)
  assert.is.not(moves[0], first)
  assert.is(said[0], `cloudflared runs, but its tunnel is not known any more at ${first}`)
  assert.is(await reachable(tunnel.address(), 5_000), undefined)
  await tunnel.stop()
})

tunnels('that was left by a start that was killed is ended by the next one', async () => {
  // Nobody opens this one again, as where the start is dead.
  const pidFile = join(state.folder, 'tunnel.pid')
  const { port } = here.address() as AddressInfo
  await run(findProgram('cloudflared'), port, { pidFile, log: () => {} }).told
  const pid = tunnelPid(state.folder)
  const next = await open('ngrok')
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
  await next.stop()
})

const FAILURES: [name: TunnelName, mode: string, words: RegExp][] = [
  [
    'cloudflared',
    'offline',
    /^cloudflared gives no public address: failed to request quick Tunnel: .*no such host/,
  ],
  ['cloudflared', 'busy', /Cloudflare answers 429 Too Many Requests: wait some minutes/],
  ['cloudflared', 'no-edge', /edge discovery: error looking up Cloudflare edge IPs/],
  [
    'ngrok',
    'no-token',
    /Usage of ngrok requires a verified account and authtoken\. \(ERR_NGROK_4018\) \(log: /,
  ],
]
for (const [name, mode, words] of FAILURES)
  tunnels(`of ${name} fails with its reason: ${mode}`, async () => {
    stand.mode(mode)
    const failure = await open(name).then(
      () => undefined,
      (error: Error) => error.message,
    )
    assert.match(failure ?? 'it opened', words)
    assert.not.match(failure ?? '', /developers\.cloudflare|unmarshal/)
    assert.is(livingPid(join(state.folder, 'tunnel.pid')), undefined)
  })

tunnels('without its program says where to get it, and installs nothing', () => {
  process.env.PATH = '/nowhere'
  assert.throws(() => findProgram('cloudflared'), /needs the program cloudflared.*\n.*pkg\.cloudflare\.com/s)
  assert.throws(() => findProgram('ngrok'), /needs the program ngrok.*\n.*ngrok\.com\/download/s)
})
tunnels.run()

const lines = suite('what the programs print')
const { addressIn, complaintIn } = (() => {
  process.env.PATH = `${stand.folder}${delimiter}${path}`
  return findProgram('cloudflared')
})()
lines("takes cloudflared's address from its box, and no other", () => {
  const box =
    '2026-11-23T00:14:09Z INF |  https://four-dashed-word-url.trycloudflare.com                        |'
  assert.is(addressIn(box), 'https://four-dashed-word-url.trycloudflare.com')
  for (const other of [
    '2026-11-23T00:14:09Z INF |  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |',
    '2026-11-23T00:14:08Z INF Thank you … by following: https://developers.cloudflare.com/x',
    'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp',
  ])
    assert.is(addressIn(other), undefined, other)
  assert.is(complaintIn('2026-11-23T00:14:08Z ERR Configuration file /dev/null was empty'), undefined)
})
lines.run()

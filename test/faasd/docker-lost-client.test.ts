import { execFileSync, spawn } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRecorded } from './docker-recorded.ts'
import type { Recorder } from './docker-recorder.ts'
import { dial, request } from './docker-stage.ts'

const CLIENT = join(import.meta.dirname, 'docker-far-client.ts')
/** The kernel alone would keep a silent connection for two hours, and one with unsent data for 15 minutes. */
const PATIENCE_MS = 60_000

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })
const network = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`)

/** A computer of its own, as a network namespace at the other end of a cable. */
async function otherComputer() {
  const holder = spawn('unshare', ['--net', 'sleep', '300'], { stdio: 'ignore' })
  const pid = holder.pid as number
  while (network(pid) === network('self')) await wait(10)
  // Several of these may run at once on one machine.
  const near = `near${pid}`
  const prefix = `198.18.${(pid >> 6) % 256}.`
  const [here, there] = [`${prefix}${(pid % 64) * 4 + 1}`, `${prefix}${(pid % 64) * 4 + 2}`]
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', 'far', 'netns', String(pid))
  ip('address', 'add', `${here}/30`, 'dev', near)
  ip('link', 'set', near, 'up')
  const inside = (...args: string[]) => ['--target', String(pid), '--net', ...args]
  execFileSync('nsenter', inside('ip', 'address', 'add', `${there}/30`, 'dev', 'far'))
  execFileSync('nsenter', inside('ip', 'link', 'set', 'far', 'up'))
  return {
    here,
    run: (...args: string[]) => spawn('nsenter', inside(...args), { stdio: 'inherit' }),
    cut: () => execFileSync('nsenter', inside('ip', 'link', 'set', 'far', 'down')),
    end: () => {
      holder.kill('SIGKILL')
      ip('link', 'delete', near)
    },
  }
}

/** All of the client's requests have arrived, and what is left of them is open. */
async function asked(recorder: Recorder, requests: number): Promise<void> {
  let seen = 0
  while (seen < requests) {
    seen += recorder.taken().length
    await wait(20)
  }
  while (recorder.open() > requests - 1) await wait(20)
}

const losing = suite('a client')

const asRoot = process.getuid?.() === 0 && process.platform === 'linux'
if (!asRoot) console.log('skipped: a network of its own for the client needs root on Linux')
const test = asRoot ? losing : losing.skip

test('that vanishes without a word is dropped in seconds, whatever it was doing', async () => {
  const computer = await otherComputer()
  const recorded = await openRecorded(computer.here)
  const { recorder, stage } = recorded
  const node = [process.execPath, '--import', 'tsx', CLIENT]
  const client = computer.run(...node, computer.here, String(stage.port), stage.secrets)
  try {
    await asked(recorder, 6)
    computer.cut()
    const deadline = Date.now() + PATIENCE_MS
    while (recorder.open() > 0 && Date.now() < deadline) await wait(100)
    assert.is(recorder.open(), 0)
  } finally {
    client.kill('SIGKILL')
    await recorded.end()
    computer.end()
  }
})

const SILENT = request('GET /images/silent/json')
const HANGS_UP: Record<string, string[]> = {
  'waits for an answer': [SILENT],
  'waits for the answer to its second request': [request('GET /_ping'), SILENT],
  'is in the middle of an answer': [request('GET /images/chatty/json')],
}

for (const [title, requests] of Object.entries(HANGS_UP))
  for (const way of ['end', 'destroy'] as const)
    losing(`that ${title} and hangs up (${way}) is gone for the engine, too`, async () => {
      const { recorder, stage, end } = await openRecorded()
      const socket = dial(stage).resume()
      socket.on('error', () => {})
      for (const bytes of requests) {
        socket.write(bytes)
        while (recorder.taken().length === 0) await wait(20)
      }
      socket[way]()
      const deadline = Date.now() + 10_000
      while (recorder.open() > 0 && Date.now() < deadline) await wait(20)
      assert.is(recorder.open(), 0)
      await end()
    })

losing.run()

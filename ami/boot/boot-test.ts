import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Booted, Firmware } from '../../functions/shared/disk-request.ts'
import { log } from '../../functions/shared/log.ts'
import { Refusal } from '../refusal.ts'
import { ask, SILENT } from './ask.ts'
import { consoleTail, readConsole } from './console.ts'
import { type Machine, startMachine } from './machine.ts'

/** A disk that did not answer, with the end of what it wrote to its console. */
export class BootRefusal extends Refusal {
  readonly console: string

  constructor(message: string, text: string) {
    super(422, message)
    this.console = consoleTail(text)
  }
}

const BOOTS = 3
/**
 * Connections in a row that stayed open and said nothing, each after a try by HTTP without an answer, before that is
 * the answer. One says little: the service may have begun to listen after that try, or be slow to speak, and QEMU holds
 * a connection open that the machine has not answered yet.
 */
const PATIENCE = 3
/**
 * How long a try lasts, in ms. QEMU takes a connection before the machine does: until its command was started, a long
 * try would only wait for nothing. Emulated on a busy computer, a service may be slow to say its first word.
 */
const TRY_MS = { before: 1_500, started: 5_000, listening: 2_000 }

type Test = {
  disk: string
  firmware: Firmware
  /** The machine's. */
  port: number
  folder: string
  limitMs: number
  signal: AbortSignal
  qemu?: string
}

/** The machine broke, which says nothing of the image: under emulation on a loaded computer a kernel may. */
class MachineBroke extends Refusal {
  constructor(how: string) {
    super(503, `the disk could not be tested: ${how} before its command was started, or the kernel broke`)
  }
}

/**
 * Boots the disk in a machine until the port answers; a BootRefusal where it does not. A machine that broke is tried
 * again. The disk stays as it is.
 */
export async function bootTest(test: Test): Promise<Booted> {
  for (let boots = 1; ; boots += 1)
    try {
      return await boot(test)
    } catch (error) {
      if (!(error instanceof MachineBroke) || boots === BOOTS) throw error
      log('machine_broke', { boots, reason: error.message })
    }
}

async function boot(test: Test): Promise<Booted> {
  const { firmware, port } = test
  const folder = join(test.folder, firmware)
  await mkdir(folder)
  const off = new AbortController()
  const signal = AbortSignal.any([test.signal, off.signal])
  const began = Date.now()
  const from = await freePort()
  const machine = startMachine({
    disk: test.disk,
    firmware,
    port: { from, to: port },
    folder,
    signal,
    ...(test.qemu && { qemu: test.qemu }),
  })
  try {
    const answer = await firstAnswer(machine, from, { ...test, deadline: began + test.limitMs })
    return { firmware, port, answer, ms: Date.now() - began }
  } finally {
    off.abort(new Error('the machine is switched off'))
    await machine.ended.catch(() => {})
    await rm(folder, { recursive: true, force: true })
  }
}

async function firstAnswer(
  machine: Machine,
  from: number,
  test: Test & { deadline: number },
): Promise<string> {
  const { port, deadline, limitMs, signal } = test
  let over: string | undefined
  let quiet = 0
  let broken: Error | undefined
  machine.ended.then(
    () => (over = 'the machine switched itself off'),
    (error: Error) => (broken = error),
  )
  for (;;) {
    signal.throwIfAborted()
    if (broken) throw new Refusal(503, `the disk could not be tested: ${broken.message}`)
    const text = await machine.console()
    const { started, ended, crashed } = readConsole(text)
    if (ended !== undefined) over ??= `the command of the image ended with ${ended}, again and again`
    if (Date.now() > deadline) over ??= `nothing came from it within ${limitMs / 1000} s`
    if (over && crashed) throw new MachineBroke(over)
    if (over) throw new BootRefusal(`the disk does not answer on port ${port}: ${over}`, text)
    const heard = await ask(from, started ? TRY_MS.started : TRY_MS.before)
    if (heard !== undefined && heard !== SILENT) return heard
    if (started) {
      const listened = await ask(from, TRY_MS.listening, true)
      if (listened !== undefined && listened !== SILENT) return listened
      quiet = listened ? quiet + 1 : 0
      if (quiet === PATIENCE) return SILENT
    }
    await sleep(200)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

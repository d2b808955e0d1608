import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BootRefusal, bootTest } from '../../ami/boot/boot-test.ts'
import { QEMU } from '../../ami/boot/machine.ts'
import { Refusal } from '../../ami/refusal.ts'

const UP = 'ami[2.1] network eth0 10.0.2.15\nami[2.2] start\n'
const PANIC = '[    1.234567] Kernel panic - not syncing: Fatal exception\n'
const folder = mkdtempSync(join(tmpdir(), 'boot-test-'))

/**
 * QEMU's part is played: its runs write these consoles, one after another, and the one that says `serve` answers; with
 * `slow` beside it listens after a while, and does not answer who comes first. One that says `curt` closes at any word,
 * with `waking` beside it only until somebody has listened for a second.
 */
function play(...consoles: string[]): void {
  writeFileSync(join(folder, 'consoles'), JSON.stringify(consoles))
  writeFileSync(
    join(folder, QEMU),
    `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs')
const words = process.argv.join(' ')
const [text, ...rest] = JSON.parse(readFileSync('${folder}/consoles', 'utf8'))
writeFileSync('${folder}/consoles', JSON.stringify(rest))
writeFileSync(/file:(\\S+)/.exec(words)[1], text)
const port = Number(/hostfwd=tcp:127.0.0.1:(\\d+)/.exec(words)[1])
let busy = text.includes('slow')
const serve = () => require('node:http').createServer((_, response) => {
  if (!busy) response.end('here')
  busy = false
}).listen(port, '127.0.0.1')
let awake = false
const hear = (socket) => {
  const waking = setTimeout(() => (awake = text.includes('waking')), 1000)
  socket.on('data', () => socket.end(awake ? 'HTTP/1.1 200 OK\\r\\n\\r\\n' : undefined))
  socket.on('close', () => clearTimeout(waking))
}
if (text.includes('curt')) require('node:net').createServer(hear).listen(port, '127.0.0.1')
if (text.includes('serve')) setTimeout(serve, busy ? 1500 : 0)
`,
  )
  chmodSync(join(folder, QEMU), 0o755)
}
const left = () => JSON.parse(readFileSync(join(folder, 'consoles'), 'utf8')) as string[]
const boot = () =>
  bootTest({
    disk: '/dev/null',
    firmware: 'bios',
    port: 8080,
    folder,
    limitMs: 30_000,
    signal: new AbortController().signal,
    qemu: join(folder, QEMU),
  })
const refusal = async (): Promise<Refusal> => {
  const thrown = await boot().catch((error: Refusal) => error)
  if (!(thrown instanceof Refusal)) throw new Error('the disk is not refused')
  return thrown
}

const test = suite('the test of a disk')
test.before(() => {
  // A machine that breaks is a line of the log.
  process.stderr.write = () => true
})
test.after(() => {
  rmSync(folder, { recursive: true })
})

test('is passed by the first answer', async () => {
  play(`${UP}serve\n`)
  assert.is((await boot()).answer, 'HTTP 200')
})
test('waits for the first word of a service that is slow to listen, and slow to speak', async () => {
  play(`${UP}serve slow\n`)
  assert.is((await boot()).answer, 'HTTP 200')
})
test('is passed by a service that closes at what is no word of its own', async () => {
  play(`${UP}curt\n`)
  assert.is((await boot()).answer, 'a connection')
})
test('is not passed by the connection of a service that begins to listen after a try by HTTP', async () => {
  play(`${UP}curt waking\n`)
  assert.is((await boot()).answer, 'HTTP 200')
})
test('is made again where the machine broke before the command was started', async () => {
  play('', `${UP}${PANIC}`, `${UP}serve\n`)
  assert.is((await boot()).answer, 'HTTP 200')
})
test('blames itself and not the image where the machine breaks each time', async () => {
  play('', PANIC, '', 'one more')
  const error = await refusal()
  assert.is(error.status, 503)
  assert.match(error.message, /could not be tested: the machine switched itself off/)
  assert.equal(left(), ['one more'])
})
test('blames the image whose command switches the machine off, and shows its console', async () => {
  play(`${UP}bye\n`, 'one more')
  const error = await refusal()
  assert.instance(error, BootRefusal)
  assert.is(error.status, 422)
  assert.match((error as BootRefusal).console, 'bye')
  assert.equal(left(), ['one more'])
})
test.run()

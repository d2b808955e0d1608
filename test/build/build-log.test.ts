import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type BuildLog, LOG_LIMIT, openBuildLog } from '../../functions/build/build-log.ts'

const folder = mkdtempSync(join(tmpdir(), 'build-log-test-'))
const file = join(folder, 'web.log')

function withLog(work: (log: BuildLog) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const log = openBuildLog(file)
    await work(log)
    log.close()
  }
}

/** The whole log as somebody reads it who asks again from where the last answer ended. */
function follow(log: BuildLog): string {
  let text = ''
  for (let from = 0; ; ) {
    const piece = log.read(from)
    if (piece.next === from) return text
    text += piece.text
    from = piece.next
  }
}

const logs = suite('openBuildLog')
logs.after(() => rmSync(folder, { recursive: true }))

logs(
  'gives what was written, from any byte on',
  withLog((log) => {
    log.write('one\n')
    log.write('two ä\n')
    assert.equal(log.read(0), { text: 'one\ntwo ä\n', next: 11 })
    assert.equal(log.read(4), { text: 'two ä\n', next: 11 })
  }),
)
logs(
  'gives nothing where nothing is yet, and beyond',
  withLog((log) => {
    assert.equal(log.read(0), { text: '', next: 0 })
    log.write('x')
    assert.equal(log.read(1), { text: '', next: 1 })
    assert.equal(log.read(1_000), { text: '', next: 1_000 })
  }),
)
logs(
  'gives a long log in pieces of 1 MB that never break a character',
  withLog((log) => {
    const text = '€'.repeat(700_000)
    log.write(text)
    assert.ok(log.read(0).next <= 1024 * 1024)
    assert.ok(follow(log) === text, 'it is not what was written')
  }),
)
logs(
  'goes on after what was read while it is written',
  withLog((log) => {
    log.write('one\n')
    const { next } = log.read(0)
    log.write('two\n')
    assert.equal(log.read(next), { text: 'two\n', next: 8 })
  }),
)
logs(
  'stops at its limit, says so once, and goes on taking what nobody will read',
  withLog((log) => {
    const piece = `${'x'.repeat(1024 * 1024 - 1)}\n`
    for (let i = 0; i < LOG_LIMIT / piece.length + 3; i += 1) log.write(piece)
    log.write('the end\n')
    const text = follow(log)
    assert.is(text.slice(LOG_LIMIT), '[the log is over 16 MB; the rest is left out]\n')
    assert.ok(statSync(file).size < LOG_LIMIT + 100)
  }),
)
logs(
  'is compressed as a whole for the ledger',
  withLog(async (log) => {
    log.write('ä\n')
    assert.is(gunzipSync(await log.compressed()).toString(), 'ä\n')
  }),
)
logs(
  'is for the owner alone, and gone when it is closed',
  withLog((log) => {
    log.write('x')
    assert.is(statSync(file).mode & 0o777, 0o600)
  }),
)
logs('begins anew where a file was left', async () => {
  assert.not(existsSync(file))
  await withLog((log) => log.write('old'))()
  await withLog((log) => assert.equal(log.read(0), { text: '', next: 0 }))()
})
logs.run()

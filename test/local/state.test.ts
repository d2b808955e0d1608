import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openState } from '../../local/state.ts'

const root = mkdtempSync(join(tmpdir(), 'artefacto-state-'))
const state = suite('openState')
state.after(() => rmSync(root, { recursive: true }))

state('makes the folders, those with secrets for their owner only', () => {
  const opened = openState(join(root, 'new/deep'))
  for (const part of [opened.secrets, opened.certs, opened.registry, opened.github]) {
    assert.is(statSync(part).mode & 0o777, 0o700)
  }
  assert.is(opened.secrets, join(root, 'new/deep/secrets'))
  opened.close()
})

state('refuses a folder that is open, naming process and option', () => {
  const opened = openState(join(root, 'held'))
  assert.throws(() => openState(join(root, 'held')), new RegExp(`in use by process ${process.pid}.*--state`))
  opened.close()
})

state('opens a folder again that was closed', () => {
  openState(join(root, 'again')).close()
  openState(join(root, 'again')).close()
  assert.not(existsSync(join(root, 'again/lock')))
})

state('takes over from a process that is gone', () => {
  openState(join(root, 'stale')).close()
  const { pid } = spawnSync('true')
  writeFileSync(join(root, 'stale/lock'), `${pid} 1`)
  openState(join(root, 'stale')).close()
})

state('takes over from a process whose number another one has by now', () => {
  openState(join(root, 'reused')).close()
  writeFileSync(join(root, 'reused/lock'), `${process.ppid} 1`)
  openState(join(root, 'reused')).close()
})

state.run()

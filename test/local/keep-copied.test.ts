import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepCopied } from '../../local/keep-copied.ts'
import { until } from '../support/until.ts'

const copied = suite('the copy of a secret')
const folder = mkdtempSync(join(tmpdir(), 'artefacto-copied-'))
const [from, to] = [join(folder, 'secret'), join(folder, 'copy')] as [string, string]
copied.after(() => rmSync(folder, { recursive: true }))

copied('may be read by others, and is what the secret is, however that is changed', async () => {
  writeFileSync(from, 'old\n', { mode: 0o600 })
  const copy = keepCopied(from, to)
  try {
    assert.is(readFileSync(to, 'utf8'), 'old\n')
    assert.is(statSync(to).mode & 0o777, 0o644)
    writeFileSync(from, 'new\nold\n')
    await until(() => readFileSync(to, 'utf8') === 'new\nold\n', 'the copy of what was written')
    writeFileSync(`${from}.draft`, 'new\n')
    renameSync(`${from}.draft`, from)
    await until(() => readFileSync(to, 'utf8') === 'new\n', 'the copy of what was put in its place')
    assert.is(statSync(to).mode & 0o777, 0o644)
  } finally {
    copy.stop()
  }
})
copied.run()

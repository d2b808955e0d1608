import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { usageOf } from '../../bench/disk-usage.ts'

const usage = suite('what lies below a folder')
usage('is counted with the folders in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-usage-'))
  mkdirSync(join(folder, 'a/b'), { recursive: true })
  writeFileSync(join(folder, 'a/b/five'), 'five!')
  writeFileSync(join(folder, 'none'), '')
  const { files, bytes, taken } = usageOf(folder)
  assert.equal([files, bytes], [2, 5])
  const all = ['.', 'a', 'a/b', 'a/b/five'].map((path) => statSync(join(folder, path)).blocks * 512)
  assert.is(
    taken,
    all.reduce((sum, one) => sum + one, 0),
  )
  rmSync(folder, { recursive: true })
})
usage.run()

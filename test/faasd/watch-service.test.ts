import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whereIs } from '../../local/debian.ts'
import { passingFolder } from '../local/host/passing-folder.ts'

const WATCH = join(import.meta.dirname, '../../faasd/watch')
const textOf = (name: string) => readFileSync(join(WATCH, name), 'utf8')
const analyze = whereIs('systemd-analyze')

const units = suite('artefacto-watch')
units('names node and the state folder where the installer puts its own', () => {
  assert.match(
    textOf('artefacto-watch.service'),
    /^ExecStart=\/usr\/bin\/node \/var\/lib\/artefacto\/watch.cjs$/m,
  )
})
const verified = analyze ? units : units.skip
verified('is what systemd reads without a complaint', async () => {
  const folder = passingFolder()
  const paths = ['artefacto-watch.service', 'artefacto-watch.timer'].map((name) => join(folder, name))
  for (const path of paths) {
    const name = path.slice(folder.length + 1)
    writeFileSync(path, textOf(name).replaceAll('/usr/bin/node', process.execPath))
  }
  const complaints = await new Promise<string>((resolve) => {
    execFile(String(analyze), ['verify', ...paths], (_, stdout, stderr) => resolve(stdout + stderr))
  })
  // Other units of the host may be at fault; theirs is not ours to judge.
  assert.equal(
    complaints.split('\n').filter((text) => text.includes('artefacto-watch')),
    [],
  )
})
units.run()

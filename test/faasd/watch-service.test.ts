import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { whereIs } from '../../local/debian.ts'
import { passingFolder } from '../local/host/passing-folder.ts'

const FAASD = join(import.meta.dirname, '../../faasd')
const NAMES = ['watch', 'collect']
const textOf = (name: string, ending: string) =>
  readFileSync(join(FAASD, name, `artefacto-${name}.${ending}`), 'utf8')
const analyze = whereIs('systemd-analyze')

const units = suite('artefacto-watch and artefacto-collect')
units('name node and the state folder where the installer puts its own', () => {
  for (const name of NAMES)
    assert.ok(textOf(name, 'service').includes(`\nExecStart=/usr/bin/node /var/lib/artefacto/${name}.cjs\n`))
})
units('leave no registry standing still, whatever ends the collection', () => {
  assert.match(textOf('collect', 'service'), /^ExecStopPost=-.*kill --signal SIGCONT artefacto-registry'$/m)
})
const verified = analyze ? units : units.skip
verified('are what systemd reads without a complaint', async () => {
  const folder = passingFolder()
  const paths = NAMES.flatMap((name) =>
    ['service', 'timer'].map((ending) => {
      const path = join(folder, `artefacto-${name}.${ending}`)
      writeFileSync(path, textOf(name, ending).replaceAll('/usr/bin/node', process.execPath))
      return path
    }),
  )
  const complaints = await new Promise<string>((resolve) => {
    execFile(String(analyze), ['verify', ...paths], (_, stdout, stderr) => resolve(stdout + stderr))
  })
  // Other units of the host may be at fault; theirs is not ours to judge.
  assert.equal(
    complaints.split('\n').filter((text) => /artefacto-(?:watch|collect)/.test(text)),
    [],
  )
})
units.run()

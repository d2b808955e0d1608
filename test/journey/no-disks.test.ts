import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../support/free-port.ts'
import { npmStart } from '../support/npm-start.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-no-disks-'))
const start = suite('npm start where no disks are made')
start.after(() => rmSync(folder, { recursive: true }))

/** A git repository of a person's own, with one service of type AMI. */
function repository(): string {
  const own = join(folder, 'own')
  mkdirSync(join(own, 'tool'), { recursive: true })
  writeFileSync(join(own, 'tool/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n')
  const images = [{ service_name: 'tool', version: '0.1.0', type: 'AMI', disk: 1 }]
  writeFileSync(join(own, 'images.json'), JSON.stringify(images))
  const git = (...args: string[]) => execFileSync('git', ['-C', own, ...args])
  git('init', '-q', '-b', 'develop')
  git('add', '.')
  git('-c', 'user.name=me', '-c', 'user.email=me@example.com', 'commit', '-qm', 'A tool')
  return own
}

start('shows that the merge waits, and goes on', async () => {
  const ports = ['--port', `${await freePort()}`, '--registry-port', `${await freePort()}`]
  const started = npmStart([...ports, '--state', join(folder, 'state'), '--repo', repository()], {})
  try {
    await started.says(/^Ctrl-C ends all of it$/m)
    assert.match(started.output(), /^queued \(the service ami does not answer/m)
    assert.is(await started.end('SIGINT'), 0)
  } finally {
    await started.end('SIGKILL')
  }
})
start.run()

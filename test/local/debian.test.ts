import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { install, type Program, whereIs } from '../../local/debian.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-apt-'))
const path = process.env.PATH
const debian = suite('install')

debian.before(() => {
  // A stand-in for apt-get that writes down how it was called, and fails on demand.
  const script = `#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> ${folder}/calls\n[ ! -e ${folder}/fail ] || { echo "E: Unable to locate" >&2; exit 100; }\n`
  writeFileSync(join(folder, 'apt-get'), script)
  chmodSync(join(folder, 'apt-get'), 0o755)
  process.env.PATH = folder
})
debian.after(() => {
  process.env.PATH = path
  rmSync(folder, { recursive: true })
})

// With a PATH of that folder alone, what lives in /usr/bin is missing on every machine.
const missing: Program[] = ['docker-registry']

debian('calls apt for nothing when nothing is missing', async () => {
  writeFileSync(join(folder, 'dockerd'), '')
  chmodSync(join(folder, 'dockerd'), 0o755)
  assert.equal(await install(['dockerd'], () => assert.unreachable('said something')), [])
})

debian('installs what is missing and nothing else, without questions, and says so first', async () => {
  const said: string[] = []
  assert.equal(await install(['dockerd', ...missing], (line) => said.push(line)), missing)
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
  assert.is(calls.length, 2)
  assert.is(calls[0], 'noninteractive -q update')
  assert.is(calls[1], 'noninteractive -q install -y --no-install-recommends docker-registry')
  assert.equal(said, ['Installing docker-registry with apt-get'])
})

debian('updates the lists once', async () => {
  await install(missing, () => {})
  assert.is(readFileSync(join(folder, 'calls'), 'utf8').match(/update/g)?.length, 1)
})

debian('tells why apt failed', async () => {
  writeFileSync(join(folder, 'fail'), '')
  const message = await install(missing, () => {}).then(
    () => '',
    (error: Error) => error.message,
  )
  assert.match(message, /apt-get install .* failed: E: Unable to locate$/)
})

debian('finds programs of the system though PATH has only those of people', () => {
  process.env.PATH = '/nowhere'
  assert.is(whereIs('no-such-program'), undefined)
  assert.ok(whereIs('ldconfig') ?? process.platform !== 'linux')
})

debian.run()

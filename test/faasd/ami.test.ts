import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keepAmi } from '../../faasd/ami.ts'
import { BOX } from '../../faasd/box.ts'
import { readSettings } from '../../faasd/settings.ts'
import { amiHost } from '../../faasd/watch/ami-host.ts'

const PATH = process.env.PATH ?? ''
const SETTINGS = { ...readSettings('/nowhere'), ami: true }
const folder = mkdtempSync(join(tmpdir(), 'artefacto-keep-ami-'))
const program = (name: string, script: string) => {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'bin', name), 0o755)
}

const keeping = suite('the installer, once faasd runs with the service ami')
keeping.before(() => {
  mkdirSync(join(folder, 'bin'))
  process.env.PATH = join(folder, 'bin') + delimiter + PATH
})
keeping.after(() => {
  process.env.PATH = PATH
  rmSync(folder, { recursive: true })
})
keeping('has nothing to do where there is none', async () => {
  program('ctr', 'echo called >&2; exit 1')
  assert.equal(await keepAmi(BOX, { ...SETTINGS, ami: false }), [])
})
keeping('says where to read why it does not run', async () => {
  program('ctr', 'echo "TASK PID STATUS"')
  await refused(/artefacto-ami is not running: journalctl -t openfaas:artefacto-ami/)
})
keeping('stops where it cannot be kept from the network', async () => {
  program('ctr', `printf 'TASK PID STATUS\\nartefacto-ami ${process.pid} RUNNING\\n'`)
  program('nsenter', 'echo "iptables: no such match" >&2; exit 2')
  await refused(/cannot be kept from the network and limited \(iptables: no such match\): .* --no-ami/)
})
keeping('knows its address by the file that faasd writes', () => {
  const hosts =
    '\n127.0.0.1\tlocalhost\n10.62.0.1\tfaasd-provider\n10.62.0.4\tnats\n\n10.62.0.9\tartefacto-ami\n'
  writeFileSync(join(folder, 'hosts'), hosts)
  assert.is(amiHost(folder), '10.62.0.9')
  assert.is(amiHost('/nowhere'), undefined)
})
keeping.run()

async function refused(sentence: RegExp): Promise<void> {
  await keepAmi(BOX, SETTINGS).then(
    () => assert.unreachable('it went on'),
    ({ message }: Error) => assert.match(message, sentence),
  )
}

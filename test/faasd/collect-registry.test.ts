import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleTimed } from '../../faasd/bundle.ts'
import { putArtifact } from '../../functions/shared/artifact.ts'
import { livingPid } from '../../local/pid-file.ts'
import { CONFIG_FILE } from '../../local/registry-config.ts'
import { registryPidFile } from '../../local/registry-program.ts'
import { passingFolder } from '../local/host/passing-folder.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from '../shared/real-registry.ts'

const IDLE = [
  'artefacto_builds_running 0',
  'artefacto_builds_waiting 0',
  'artefacto_calls_running 0',
  'artefacto_unfinished_merges{state="building"} 0',
  'artefacto_unfinished_merges{state="publishing"} 0',
].join('\n')

const collecting = suite('the collection of a faasd box')
const proved = hasRegistry ? collecting : collecting.skip
const folder = passingFolder()
const bin = join(folder, 'bin')
const called = join(folder, 'called')
let real: RealRegistry
let gateway: Server

function script(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>${called}\n${body}\n`)
  chmodSync(join(bin, name), 0o755)
}

collecting.before(async () => {
  mkdirSync(bin)
  real = await startRealRegistry()
  gateway = createServer((_, response) => void response.end(`${IDLE}\n`)).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  const { state } = real
  const core = join(state.folder, 'core/registry')
  mkdirSync(core, { recursive: true })
  copyFileSync(CONFIG_FILE, join(core, 'config.yml'))
  const box = { gateway: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` }
  writeFileSync(join(state.folder, 'settings.json'), JSON.stringify({ box }))
  await bundleTimed('collect', join(state.folder, 'collect.cjs'))
  script('systemctl', '')
  // As the core service's task is shown; while it is asked, the watcher must keep still.
  const lock = join(state.folder, 'install.lock')
  script(
    'ctr',
    `echo 'TASK PID STATUS'; echo artefacto-front 1 RUNNING
     [ -e ${lock} ] && echo 'artefacto-registry   ${livingPid(registryPidFile(state))}    RUNNING'`,
  )
})
collecting.after(async () => {
  gateway.close()
  await real.stop()
})

/** The bundle as systemd runs it, an hour after anybody has written into the registry. */
function run(): Promise<{ code: number; said: string }> {
  const env = { PATH: `${bin}:/usr/bin:/bin` }
  execFileSync('find', [real.state.registry, '-exec', 'touch', '-d', '1 hour ago', '{}', '+'])
  return new Promise((resolve) => {
    execFile(process.execPath, [join(real.state.folder, 'collect.cjs')], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    )
  })
}

proved('takes what no tag names, and leaves the rest, with the watcher out of the way', async () => {
  const { registry, state } = real
  const record = (word: string) => ({ artifactType: 'application/x', annotations: { word }, layers: [] })
  await putArtifact(registry, 'builds/web', ['1'], record('old'))
  const old = String(await registry.head('builds/web', '1'))
  await putArtifact(registry, 'builds/web', ['1'], record('new'))
  const { code, said } = await run()
  assert.is(code, 0, said)
  assert.match(said, /^The registry was collected: .* before, .* now\n$/)
  assert.is(await registry.head('builds/web', old), undefined)
  assert.match(String((await registry.manifest('builds/web', '1'))?.bytes), /"word":"new"/)
  assert.match(readFileSync(called, 'utf8'), /^systemctl stop artefacto-watch\.service\nctr /)
  assert.not(existsSync(join(state.folder, 'install.lock')))
})
proved('takes nothing where a tag cannot be read, and says so', async () => {
  const { registry, state } = real
  const record = (word: string) => ({ artifactType: 'application/x', annotations: { word }, layers: [] })
  await putArtifact(registry, 'builds/api', ['1'], record('old'))
  const old = String(await registry.head('builds/api', '1'))
  await putArtifact(registry, 'builds/api', ['1'], record('new'))
  const link = join(
    state.registry,
    'docker/registry/v2/repositories/builds/api/_manifests/tags/1/current/link',
  )
  const digest = readFileSync(link)
  writeFileSync(link, '')
  const { code, said } = await run()
  assert.is(code, 1)
  assert.match(said, /^docker-registry garbage-collect: /)
  assert.is(await registry.head('builds/api', old), old)
  writeFileSync(link, digest)
})
proved('ends with an error while an installer works on the box', async () => {
  writeFileSync(join(real.state.folder, 'install.lock'), String(process.pid))
  const { code, said } = await run()
  assert.is(code, 1)
  assert.match(
    said,
    new RegExp(`Another installer, or a collection, is at work here \\(process ${process.pid}\\)`),
  )
})
collecting.run()

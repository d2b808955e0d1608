import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findOrStartEngine } from '../../local/engine.ts'
import { openState } from '../../local/state.ts'

const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-find-')))
const socket = join(state.folder, 'docker.sock')
const server = createServer((_, response) => response.end('{"Version":"29.0.1","ApiVersion":"1.52"}'))
const engine = suite('findOrStartEngine')
engine.before(async () => {
  await once(server.listen(socket), 'listening')
})
engine.after(() => {
  server.close()
  state.close()
  rmSync(state.folder, { recursive: true })
})

engine('takes the engine that runs, says nothing, and does not end it', async () => {
  process.env.DOCKER_HOST = `unix://${socket}`
  const found = await findOrStartEngine({ state, say: () => assert.unreachable('said something') })
  assert.equal([found.host, found.version, found.started], [`unix://${socket}`, '29.0.1', false])
  await found.stop()
  assert.ok(server.listening)
})

const asRoot = process.getuid?.() === 0 ? engine : engine.skip
asRoot('tells somebody who is not root what to do', () => {
  chmodSync(state.folder, 0o755)
  // The state is not looked at before an engine is to be started, which this user may not do.
  const script = `import('./local/engine.ts').then((m) => m.findOrStartEngine({ state: {}, say: console.log }))
    .catch((error) => console.log(error.message))`
  const { DOCKER_HOST: _, ...env } = process.env
  const args = ['--import', 'tsx', '-e', script]
  const { stdout, stderr } = spawnSync(process.execPath, args, { uid: 65534, env, encoding: 'utf8' })
  // The second where the machine has an engine, which this user may not use either.
  assert.match(
    stdout,
    /^No Docker Engine is running\. (Start|Install) it|Add yourself to the docker group/,
    stderr,
  )
})

engine.run()

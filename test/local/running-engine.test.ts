import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runningEngine } from '../../local/running-engine.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-engine-'))
const socket = join(folder, 'docker.sock')
let answer: object = {}
const server = createServer((_, response) => response.end(JSON.stringify(answer)))
const engine = suite('runningEngine')

engine.before(async () => {
  await once(server.listen(socket), 'listening')
})
engine.before.each(() => {
  process.env.DOCKER_HOST = `unix://${socket}`
})
engine.after(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
const failure = () =>
  runningEngine().then(
    () => 'no error',
    (error: Error) => error.message,
  )

engine('finds the engine that DOCKER_HOST names', async () => {
  answer = { Version: '20.10.24+dfsg1', ApiVersion: '1.41' }
  assert.equal(await runningEngine(), { host: `unix://${socket}`, version: '20.10.24+dfsg1' })
})

engine('takes a newer one', async () => {
  answer = { Version: '29.0.1', ApiVersion: '1.52', Components: [{ Name: 'Engine' }] }
  assert.is((await runningEngine())?.version, '29.0.1')
})

engine('refuses an old one: what was found, what is needed', async () => {
  answer = { Version: '19.03.15', ApiVersion: '1.40' }
  const message = await failure()
  assert.match(message, `Found Docker Engine 19.03.15 (API 1.40) at unix://${socket}`)
  assert.match(message, '20.10 or newer')
})

engine('refuses Podman, whose build API is another', async () => {
  answer = { Version: '5.2.1', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] }
  assert.match(await failure(), 'Found Podman 5.2.1')
})

engine('does not look elsewhere when the named one does not answer', async () => {
  process.env.DOCKER_HOST = `unix://${folder}/none.sock`
  assert.match(await failure(), `The Docker Engine at unix://${folder}/none.sock does not answer`)
})

engine('refuses an address that the functions could not use', async () => {
  process.env.DOCKER_HOST = 'ssh://box'
  assert.match(await failure(), 'DOCKER_HOST is ssh://box: only unix:// and tcp://')
})

const asRoot = process.getuid?.() === 0 ? engine : engine.skip
asRoot('tells who may not use it to join the docker group', () => {
  chmodSync(folder, 0o755)
  chmodSync(socket, 0o600)
  const script = `import('./local/running-engine.ts').then((m) => m.runningEngine()).catch((e) => console.log(e.message))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    uid: 65534,
    encoding: 'utf8',
  })
  assert.match(stdout, 'Add yourself to the docker group', stderr)
})

engine.run()

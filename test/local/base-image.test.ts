import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import { canPull, hasImage } from '../../local/pull.ts'
import { openState } from '../../local/state.ts'

const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-base-')))
const image = suite('hostNodeImage')
let engine: Engine

image.before(async () => {
  engine = await findOrStartEngine({ state, say: () => {} })
})
image.after(async () => {
  await engine.stop()
  state.close()
  rmSync(state.folder, { recursive: true })
})

async function output(name: string, cmd: string[]): Promise<string> {
  const docker = dockerAt(engine.host)
  const container = await docker.createContainer({ Image: name, Cmd: cmd, User: 'node' })
  await container.start()
  await container.wait()
  const said = String(await container.logs({ stdout: true, stderr: true }))
  await container.remove({ force: true })
  return said
}

image('runs the Node of this machine, as a user that is not root', async () => {
  const name = await hostNodeImage(engine)
  assert.match(await output(name, ['node', '-v']), process.version)
  assert.match(await output(name, ['node', '-p', 'process.getuid()']), '1000')
})

image('looks up host names', async () => {
  const script = "require('dns').lookup('localhost', (error, address) => console.log(error ?? address))"
  assert.match(await output(await hostNodeImage(engine), ['node', '-e', script]), '127.0.0.1')
})

image('is not made again', async () => {
  const docker = dockerAt(engine.host)
  const before = (await docker.getImage(await hostNodeImage(engine)).inspect()).Id
  assert.is((await docker.getImage(await hostNodeImage(engine)).inspect()).Id, before)
})

image('is no image that can be pulled: a failed pull is no, not an error', async () => {
  assert.is(await hasImage(engine.host, '127.0.0.1:1/none:1'), false)
  assert.is(await canPull(engine.host, '127.0.0.1:1/none:1', 10_000), false)
})

image.run()

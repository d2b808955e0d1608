import { readdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type Docker from 'dockerode'
import * as assert from 'uvu/assert'
import { recipeDigest } from '../../ami/recipe/digest.ts'
import type { LayerSource } from '../../functions/build/layers-tar.ts'
import { type NoDisk, requestDisk } from '../../functions/build/request-disk.ts'
import { sign } from '../../functions/shared/signature.ts'
import { dockerAt } from '../../local/docker.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { until } from '../support/until.ts'
import { debugfs, describe, layerOf, openStage, type Stage } from './ami-stage.ts'
import { archive, odd } from './odd-tar.ts'

const service = diskSuite('the service ami')
let stage: Stage
let container: Docker.Container
service.before(async () => {
  stage = await openStage()
  const docker = dockerAt(stage.engine.host)
  const filters = { label: [`artefacto.state=${stage.folder}`] }
  const [found] = await docker.listContainers({ filters })
  container = docker.getContainer(found?.Id ?? '')
})
service.after(() => stage.end())

async function get(path: string, signature?: string): Promise<[status: number, body: string]> {
  const headers = signature === undefined ? {} : { 'X-Hub-Signature-256': signature }
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: stage.ami.socketPath, path, headers }, async (response) =>
      resolve([response.statusCode ?? 0, await text(response)]),
    )
    call.on('error', reject).end()
  })
}

/** What is in the work folder, and how many processes there are, once no more than the service itself. */
async function left(): Promise<{ files: string[]; processes: number }> {
  const { Mounts } = await container.inspect()
  const work = Mounts.find(({ Destination }) => Destination === '/work')?.Source ?? ''
  const look = async () => ({
    files: readdirSync(work),
    processes: ((await container.top()) as { Processes: string[] }).Processes.length,
  })
  const deadline = Date.now() + 10_000
  let now = await look()
  while ((now.processes > 1 || now.files.length > 0) && Date.now() < deadline) {
    await sleep(50)
    now = await look()
  }
  return now
}

service('says to everybody that it runs, and to whoever signs what it makes disks of', async () => {
  assert.equal(await get('/healthz'), [200, '{"ok":true}\n'])
  assert.is((await get('/'))[0], 401)
  const [status, body] = await get('/', sign(stage.secret, 'GET /'))
  assert.is(status, 200)
  const { recipe, kernel, qemu } = JSON.parse(body)
  assert.equal([recipe, qemu], [recipeDigest(), true])
  assert.match(kernel, /^6\.1\..*-cloud-amd64$/)
  assert.is((await get('/nothing'))[0], 404)
})
service('has no network, no capability, no user but nobody, and one folder to write to', async () => {
  const { HostConfig, Config, Mounts } = await container.inspect()
  const { NetworkMode, CapDrop, ReadonlyRootfs, SecurityOpt, Privileged } = HostConfig
  assert.equal(
    [NetworkMode, CapDrop, ReadonlyRootfs, SecurityOpt, Privileged, Config.User],
    ['none', ['ALL'], true, ['no-new-privileges'], false, '65534:65534'],
  )
  assert.ok(HostConfig.Memory && HostConfig.PidsLimit)
  assert.equal(
    Mounts.filter(({ RW }) => RW)
      .map(({ Destination }) => Destination)
      .sort(),
    ['/share', '/work'],
  )
})
service('refuses whoever has no secret, without taking the layers', async () => {
  const open = () => assert.unreachable('a layer was opened') as never
  const layers = [{ size: 1024, open }]
  const asked = { address: stage.ami, secret: 'guess', description: describe({}), layers }
  await requestDisk(asked).then(
    () => assert.unreachable(),
    ({ status }: NoDisk) => assert.is(status, 401),
  )
})
service(
  'takes up the next one when somebody has gone in the middle, and leaves nothing of that',
  async () => {
    const leaving = new AbortController()
    const asked = { address: stage.ami, secret: stage.secret, description: describe({}), layers: forever() }
    const gone = requestDisk({ ...asked, signal: leaving.signal }).catch((error: Error) => error.name)
    while (((await container.top()) as { Processes: string[] }).Processes.length < 2) await sleep(20)
    leaving.abort()
    assert.is(await gone, 'AbortError')
    assert.equal(await left(), { files: [], processes: 1 })
    const { file } = await stage.disk('after', [archive(odd({ name: 'f', body: 'after' }))])
    assert.is(debugfs(file, 'cat /f'), 'after')
    assert.equal(await left(), { files: [], processes: 1 })
  },
)
service('lets three wait, and tells the next to come back', async () => {
  const leaving = new AbortController()
  const ask = () =>
    requestDisk({
      address: stage.ami,
      secret: stage.secret,
      description: describe({}),
      layers: forever(),
      signal: leaving.signal,
    }).catch((error: Error & { status?: number }) => error.status ?? error.name)
  const asked = Array.from({ length: 5 }, ask)
  assert.is(await Promise.race(asked), 503)
  leaving.abort()
  assert.equal((await Promise.all(asked)).sort(), [
    503,
    'AbortError',
    'AbortError',
    'AbortError',
    'AbortError',
  ])
  assert.equal(await left(), { files: [], processes: 1 })
})
service('ends a boot test with whoever asked for it', async () => {
  const leaving = new AbortController()
  const config = { Entrypoint: ['/nothing'], ExposedPorts: { '80/tcp': {} } }
  const description = describe({ config, boot: ['bios'] })
  const layers = [layerOf(archive())]
  const asked = { address: stage.ami, secret: stage.secret, description, layers, signal: leaving.signal }
  const gone = requestDisk(asked).catch((error: Error) => error.name)
  const machine = async () => JSON.stringify(await container.top()).includes('qemu-system')
  while (!(await machine())) await sleep(20)
  leaving.abort()
  assert.is(await gone, 'AbortError')
  assert.equal(await left(), { files: [], processes: 1 })
})
service('takes a secret that was rotated, and the one before, without a new start', async () => {
  writeFileSync(join(stage.folder, 'secrets/payload-secret'), `rotated\n${stage.secret}\n`)
  const status = async (secret: string) => (await get('/', sign(secret, 'GET /')))[0]
  await until(async () => (await status('rotated')) === 200, 'the new secret')
  assert.is(await status(stage.secret), 200)
})
service('comes back by itself when it was killed', async () => {
  const { State } = await container.inspect()
  process.kill(State.Pid, 'SIGKILL')
  await until(async () => (await container.inspect()).RestartCount === 1, 'another start')
  await until(async () => (await get('/healthz').catch(() => [0]))[0] === 200, 'an answer')
})
service.run()

/** A layer of a gigabyte that comes slowly. */
function forever(): LayerSource[] {
  async function* slowly(): AsyncGenerator<Buffer> {
    const member = odd({ name: 'f', body: Buffer.alloc(60_000, 'x') })
    for (;;) {
      yield member
      await sleep(5)
    }
  }
  return [{ size: 1 << 30, open: async () => slowly() }]
}

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import axios from 'axios'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerAt } from '../../local/docker.ts'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import { refuseErrors } from '../../local/pull.ts'
import { readSample, type Sample } from '../../local/sample.ts'
import { openState } from '../../local/state.ts'

type Entry = Sample['machine']['entry']

const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-sample-')))
const run = `artefacto-test-${process.pid}`
const started: Docker.Container[] = []
const sample = suite('sample')
let engine: Engine
let docker: Docker
let parts: Sample
let files: Sample['files']
let entries: Entry[]

sample.before(async () => {
  engine = await findOrStartEngine({ state, say: () => {} })
  docker = dockerAt(engine.host)
  parts = await readSample(engine)
  files = { ...parts.files, ...parts.machine.files }
  entries = [...(JSON.parse(String(files['images.json'])) as Entry[]), parts.machine.entry]
})
sample.after(async () => {
  for (const container of started) await container.remove({ force: true })
  for (const { service_name } of entries) {
    await docker
      .getImage(`${run}/${service_name}`)
      .remove()
      .catch(() => {})
  }
  await docker
    .getNetwork(run)
    .remove()
    .catch(() => {})
  await engine.stop()
  state.close()
  rmSync(state.folder, { recursive: true })
})

async function build({ service_name, args }: Entry): Promise<void> {
  const context = pack()
  for (const [path, content] of Object.entries(files)) {
    const [folder, ...rest] = path.split('/')
    if (folder === service_name) context.entry({ name: rest.join('/') }, content)
  }
  context.finalize()
  const options = { t: `${run}/${service_name}`, buildargs: args ?? {}, forcerm: true }
  refuseErrors(await text(await docker.buildImage(context as unknown as NodeJS.ReadableStream, options)))
}

async function start(service: string): Promise<Docker.Container> {
  const container = await docker.createContainer({
    Image: `${run}/${service}`,
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] }, NetworkMode: run },
    NetworkingConfig: { EndpointsConfig: { [run]: { Aliases: [service] } } },
  })
  started.push(container)
  await container.start()
  return container
}

/** The first answer with this status: a container needs a moment. */
async function answer(container: Docker.Container, status: number, path = '/'): Promise<string> {
  const { Ports } = (await container.inspect()).NetworkSettings
  const url = `http://127.0.0.1:${Ports['8080/tcp']?.[0]?.HostPort}${path}`
  const ask = () => axios.get(url, { proxy: false, responseType: 'text', validateStatus: () => true })
  const deadline = Date.now() + 20_000
  let last = ''
  while (Date.now() < deadline) {
    const got = await ask().catch((error: Error) => ({ status: 0, data: error.message }))
    if (got.status === status) return String(got.data)
    last = `${got.status} ${got.data}`
    await sleep(50)
  }
  throw new Error(`${url} never answered ${status}: ${last}`)
}

sample('names its services in an images.json that is JSON, each with a folder', () => {
  assert.equal(
    entries.map(({ service_name, version, type }) => `${service_name}:${version} ${type}`),
    ['web:1.0.0 Docker', 'api:1.0.0 Docker', 'box:0.1.0 AMI'],
  )
  for (const { service_name } of entries) assert.ok(files[`${service_name}/Dockerfile`])
})

sample('has nothing of type AMI in what it merges first', () => {
  assert.equal(
    Object.keys(parts.files).filter((path) => path.startsWith('box')),
    [],
  )
  assert.not.match(String(parts.files['images.json']), /box|AMI/)
  assert.ok(Object.keys(parts.machine.files).every((path) => path.startsWith('box/')))
})

sample('names the base image that stands in where node:22-alpine cannot be had', async () => {
  const base = entries[0]?.args?.NODE_IMAGE
  if (base !== undefined) await docker.getImage(base).inspect()
  else await docker.getImage('node:22-alpine').inspect()
})

sample('passes its own tests', () => {
  for (const { service_name } of entries) {
    const cwd = join(import.meta.dirname, '../../sample', service_name)
    const { status, stdout } = spawnSync(process.execPath, ['--test'], { cwd, encoding: 'utf8' })
    assert.is(status, 0, stdout)
  }
})

sample('runs from the built images: web shows what api says', async () => {
  await docker.createNetwork({ Name: run })
  for (const entry of entries) await build(entry)
  const web = await start('web')
  assert.match(await answer(web, 503), 'The api does not answer.')
  const api = await start('api')
  assert.match(await answer(api, 200, '/?name=Ada'), '"greeting":"Hello, Ada"')
  assert.match(await answer(web, 200), /<h1>Hello, world \(from [0-9a-f]{12}\)<\/h1>/)
})

sample('has a service that says which machine it runs on', async () => {
  assert.match(await answer(await start('box'), 200), /^Linux \d.*, \d+ MB of memory, up for \d+ s\n$/)
})

sample('ends at SIGTERM, as user node', async () => {
  for (const container of started) {
    assert.is((await container.inspect()).Config.User, 'node')
    await container.stop({ t: 60 })
    assert.is((await container.inspect()).State.ExitCode, 0)
  }
})

sample.run()

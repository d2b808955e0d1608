import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axios from 'axios'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../functions/shared/digest.ts'
import { whereIs } from '../../local/debian.ts'
import { dockerAt } from '../../local/docker.ts'
import { startDockerd } from '../../local/dockerd.ts'
import type { Engine } from '../../local/engine.ts'
import { importPrograms } from '../../local/program-image.ts'
import { type Registry, startRegistry } from '../../local/registry.ts'
import { collectInContainer, registryContainerPid } from '../../local/registry-container.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'
import { duringStandstill } from '../../registry/standstill.ts'
import { inOwnNetwork } from '../support/own-network.ts'
import { processesOf } from '../support/processes-of.ts'

/**
 * These tests start engines of their own, and give one an image called registry:3. In a network namespace of
 * their own, therefore: two engines would quarrel about docker0.
 */
const dockerd = whereIs('dockerd')
const registryProgram = whereIs('docker-registry')

function tests(): void {
  const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-own-')))
  const start = () => startDockerd({ state, program: dockerd as string })
  const engine = suite('startDockerd')

  engine(
    'starts an engine whose socket, data and log are in the state folder, and ends all of it',
    async () => {
      const started = await start()
      assert.is(started.host, `unix://${state.folder}/engine/docker.sock`)
      assert.match(started.version, /^\d+\.\d+/)
      assert.is((await dockerAt(started.host).info()).DockerRootDir, join(state.folder, 'engine/data'))
      await started.stop()
      assert.equal(processesOf(state.folder), [])
    },
  )

  engine('takes a folder under the temporary one for its sockets where the path is too long', async () => {
    const long = openState(join(state.folder, 'x'.repeat(90)))
    const started = await startDockerd({ state: long, program: dockerd as string })
    assert.ok(started.host.startsWith(`unix://${tmpdir()}/artefacto-`))
    await dockerAt(started.host).ping()
    await started.stop()
    assert.equal(processesOf(long.folder), [])
    rmSync(started.host.slice('unix://'.length, -'/docker.sock'.length), { recursive: true })
  })

  engine('starts again after it was killed, and leaves nothing behind', async () => {
    await start()
    const [pid] = readFileSync(join(state.folder, 'engine/dockerd.pid'), 'utf8').split(' ')
    process.kill(Number(pid), 'SIGKILL')
    const again = await start()
    await dockerAt(again.host).ping()
    await again.stop()
    assert.equal(processesOf(state.folder), [])
  })

  engine('says what dockerd said when it does not start', async () => {
    const failing = startDockerd({ state, program: whereIs('false') as string })
    const message = await failing.then(
      () => '',
      (error: Error) => error.message,
    )
    assert.match(message, /^dockerd did not start: it ended with exit code 1 \(log: .*dockerd\.log\)$/)
  })

  engine.run()
  registryTests(state, start)
}

function registryTests(
  state: ReturnType<typeof openState>,
  start: () => ReturnType<typeof startDockerd>,
): void {
  const registry = suite('startRegistry')
  let engine: Engine
  const begin = (): Promise<Registry> => startRegistry({ state, engine, port: 5000, say: () => {} })
  const secret = (name: string) => readFileSync(join(state.secrets, name), 'utf8')

  async function push(url: string): Promise<void> {
    const client = axios.create({
      auth: { username: secret('registry-user'), password: secret('registry-password') },
      httpsAgent: new Agent({ ca: secret('registry-ca') }),
      proxy: false,
    })
    const { headers } = await client.post(`${url}/v2/kept/blobs/uploads/`)
    const upload = new URL(String(headers.location), url)
    upload.searchParams.set('digest', digestOf(Buffer.from('kept')))
    await client.put(upload.href, 'kept', { headers: { 'Content-Type': 'application/octet-stream' } })
  }

  /** Collects while the container runs; no gateway says here that nothing is being built. */
  async function collected(): Promise<void> {
    const pid = await registryContainerPid(engine.host, state)
    assert.match(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), /^registry\0serve/)
    await duringStandstill(pid ?? 0, () => collectInContainer(engine.host, state, ['--delete-untagged']))
    const none = { ...state, registry: join(state.folder, 'none') }
    const failing = collectInContainer(engine.host, none, [])
    const sentence = await failing.then(String, (error: Error) => error.message)
    assert.match(sentence, /^The registry's collection failed: .*Path not found/)
  }

  registry.before(async () => {
    await makeSecrets(state)
    engine = { ...(await start()), started: true }
  })
  registry.after(async () => {
    await engine.stop()
    state.close()
    rmSync(state.folder, { recursive: true })
  })

  registry("runs Debian's program where the engine has no image of the registry", async () => {
    const started = await begin()
    assert.equal(
      [started.how, started.host, started.url],
      ['program', '127.0.0.1:5000', 'https://127.0.0.1:5000'],
    )
    await push(started.url)
    await started.stop()
    assert.not(existsSync(join(state.folder, 'registry.pid')))
  })

  registry('says who holds the port', async () => {
    const other = await begin()
    const elsewhere = openState(join(state.folder, 'elsewhere'))
    const second = startRegistry({ state: elsewhere, engine, port: 5000, say: () => {} })
    const message = await second.then(
      () => '',
      (error: Error) => error.message,
    )
    await other.stop()
    assert.match(message, /^Port 5000 is taken by docker-registry \(process \d+\).*--registry-port$/)
  })

  registry(
    'runs a container where the engine has the image, with the same data, and removes it',
    async () => {
      // No Docker Hub here: Debian's program in an image of that name, started by the same command.
      await importPrograms({
        host: engine.host,
        image: 'registry:3',
        programs: { registry: registryProgram as string },
        changes: ['ENTRYPOINT ["registry"]'],
      })
      const started = await begin()
      assert.is(started.how, 'container')
      await push(started.url)
      await collected()
      const [container] = await dockerAt(engine.host).listContainers({
        filters: { label: ['artefacto=registry'] },
      })
      assert.is(container?.Names[0], '/artefacto-registry-5000')
      await started.stop()
      assert.equal(await dockerAt(engine.host).listContainers({ all: true }), [])
    },
  )

  registry('replaces a container that a killed run left', async () => {
    await begin()
    await (await begin()).stop()
  })

  registry.run()
}

inOwnNetwork(import.meta.filename, 'startDockerd', ['dockerd', 'docker-registry'], tests)

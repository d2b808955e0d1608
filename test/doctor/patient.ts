import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { admission } from '../../ami/admission.ts'
import { amiService } from '../../ami/service.ts'
import { diagnose } from '../../doctor/diagnose.ts'
import { findPlace, type Place } from '../../doctor/place.ts'
import type { Check } from '../../functions/shared/check.ts'
import { startFaultyRegistry } from '../faults/faulty-registry.ts'
import { freePort } from '../support/free-port.ts'
import { type Journey, openJourney, REPOSITORY } from '../support/journey.ts'
import { openDoor } from './door.ts'

export type Patient = Awaited<ReturnType<typeof openPatient>>

export const isRoot = process.platform === 'linux' && process.getuid?.() === 0

/** A whole artefacto, with something that can break before each of its parts, and a webhook and a token at GitHub. */
export async function openPatient() {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-doctor-'))
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
  const [facePort, gatewayPort] = [await freePort(), await freePort()]
  const engineSocket = join(folder, 'engine.sock')
  const host = `127.0.0.1:${facePort}`
  const through = { registry: host, registry_url: `https://${host}` }
  let registryPort = 0
  const world: Journey = await openJourney((around) => {
    registryPort = around.registryPort
    const build = {
      ...through,
      docker_host: `unix://${engineSocket}`,
      gateway_url: `http://127.0.0.1:${gatewayPort}`,
      repositories: REPOSITORY,
      ami_host: `unix://${join(folder, 'ami.sock')}`,
      engine_cache: '20g',
      TMPDIR: disk,
    }
    return { build, badge: through }
  })
  const engine = await openDoor(engineSocket, () => ({
    socketPath: world.engine.host.slice('unix://'.length),
  }))
  const gateway = await openDoor(gatewayPort, () => ({ host: '127.0.0.1', port: world.stack.gateway.port }))
  const ami = await openAmi(folder, () => world.secret('payload-secret'))
  const start = () => startFaultyRegistry(world.state, registryPort, facePort)
  let registry = await start()
  symlinkSync(world.state.folder, join(folder, '.artefacto'))
  const secret = (name: string) => join(world.state.secrets, name)
  writeFileSync(secret('github-token'), 'ghp_test')
  const hook = await makeHook(world)
  // What the timer does each minute.
  await world.call('/function/build', { catch_up: true })

  const place = (more: Partial<Place> = {}): Place => {
    const state = world.state.folder
    const found = findPlace({ state, gateway: undefined, secrets: undefined, json: false, help: false }, '/')
    return { ...found, ...more }
  }
  return {
    world,
    engine,
    gateway,
    gatewayPort,
    ami: ami.door,
    folder,
    disk,
    secret,
    hook,
    registry: () => registry,
    stopRegistry: () => registry.close(),
    startRegistry: async () => {
      registry = await start()
    },
    place,
    look: (more?: Partial<Place>): Promise<Check[]> => diagnose(place(more)),
    async close(): Promise<void> {
      registry.close()
      await Promise.all([engine.close(), gateway.close(), ami.close()])
      await world.close()
      if (isRoot) execFileSync('umount', ['--lazy', disk])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The service ami behind a door, without what it makes disks with. */
async function openAmi(folder: string, secret: () => string) {
  const socketPath = join(folder, 'service.sock')
  const secrets = async () => [secret()]
  const service = amiService({
    folder: join(folder, 'work'),
    recipe: { recipe: 'sha256:of-a-test', kernel: '6.1.0-cloud-amd64', qemu: true },
    admission: admission(secrets, Date.now),
    secrets,
    makeMs: 1_000,
    bootMs: 1_000,
  })
  await new Promise<void>((resolve) => service.listen(socketPath, resolve))
  const door = await openDoor(join(folder, 'ami.sock'), () => ({ socketPath }))
  return {
    door,
    close: async () => {
      await door.close()
      service.close()
    },
  }
}

/** A webhook at the local GitHub, as a person sets it up, and once it has been pinged. */
async function makeHook({ github, gateway, secret, until }: Journey) {
  const url = `${gateway}/function/webhook`
  const config = { url, content_type: 'json', insecure_ssl: '0', secret: secret('webhook-secret') }
  const hooks = `${github.url}/repos/${REPOSITORY}/hooks`
  const send = async (method: string, path: string, body?: object) => {
    const headers = { authorization: 'Bearer ghp_test', 'user-agent': 'test' }
    const answer = await fetch(hooks + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`)
    return answer.status === 204 ? undefined : ((await answer.json()) as never)
  }
  const whole = { name: 'web', active: true, events: ['pull_request', 'push'], config }
  const { id } = (await send('POST', '', whole)) as unknown as { id: number }
  const pinged = async (count: number) => {
    await until('a ping', async () => {
      const log = (await send('GET', `/${id}/deliveries`)) as unknown as unknown[]
      return log.length >= count
    })
  }
  await pinged(1)
  let pings = 1
  return {
    change: (body: object) => send('PATCH', `/${id}`, body),
    withConfig: (more: object) => send('PATCH', `/${id}`, { config: { ...config, ...more } }),
    mend: () => send('PATCH', `/${id}`, whole),
    ping: async () => {
      await send('POST', `/${id}/pings`)
      pings += 1
      await pinged(pings)
    },
  }
}

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../functions/shared/digest.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { collectLocal } from '../../local/collect-local.ts'
import { livingPid } from '../../local/pid-file.ts'
import { registryPidFile } from '../../local/registry-program.ts'
import { openState } from '../../local/state.ts'
import { lastCollected } from '../../registry/collected.ts'
import { duringStandstill } from '../../registry/standstill.ts'
import { hasRegistry } from '../shared/real-registry.ts'
import { type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { readMetrics } from '../support/metrics.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'
/** What a test waits for a pause, and how long nobody may have written. */
const SOON = { waitMs: 60_000, quietMs: 300 }
const NOW = { ...SOON, waitMs: 0 }

/** What no compression makes smaller. */
const noise = (bytes: number) => randomBytes(bytes).toString('latin1')
const entry = (service_name: string, version: string, tags?: string[]) => {
  return { service_name, version, type: 'Docker', ...(tags && { tags }) }
}
const images = (...entries: object[]) => ({ 'images.json': JSON.stringify(entries) })

/** Every tag of the registry with its manifest's bytes, and every blob that these name, as they are pulled. */
async function pulled(registry: Registry): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const repository of await registry.repositories(''))
    for (const tag of await registry.tags(repository)) {
      const bytes = (await registry.manifest(repository, tag))?.bytes ?? Buffer.alloc(0)
      found.set(`${repository}:${tag}`, bytes.toString())
      const { config, layers = [] } = JSON.parse(bytes.toString())
      for (const { digest } of [config, ...layers])
        found.set(`${repository}@${digest}`, digestOf(await registry.blob(repository, digest)))
    }
  return found
}

const collecting = suite('a collection between two builds')
const proved = hasRegistry ? collecting : collecting.skip
let world: Journey
const lines: string[] = []
const collected = (patience = SOON) => collectLocal(world.state.folder, (line) => lines.push(line), patience)
const registryPid = () => livingPid(registryPidFile(world.state)) ?? 0
collecting.before(async () => {
  world = await openJourney()
})
collecting.after(() => world.close())

proved('leaves versions, tags, records and logs as they were, byte for byte', async () => {
  const first = await world.merge({
    ...images(entry('web', '1.0.0', ['latest']), entry('api', 'dev')),
    ...service('web', 'w1'),
    ...service('api', noise(1_000_000)),
  })
  await world.merge({
    ...images(entry('web', '1.1.0', ['latest']), entry('api', 'dev')),
    ...service('web', 'w2'),
    ...service('api', 'a2'),
  })
  await world.until('an empty staging', async () => (await world.registry.tags('staging/api')).length === 0)
  const left = String(first.services.find(({ name }) => name === 'api')?.digest)
  assert.is(await world.registry.head('api', left), left, 'a pull by digest')
  const [before, pid] = [await pulled(world.registry), registryPid()]
  const room = await collected()
  assert.equal(await pulled(world.registry), before)
  // What a tag that moved has left behind, and what staging and replaced records were.
  assert.is(await world.registry.head('api', left), undefined)
  assert.ok(room.before - room.after > 1_000_000, JSON.stringify(room))
  assert.is(registryPid(), pid)
  assert.match(lastCollected(world.state.folder) ?? '', /^20\d\d-/)
  const next = await world.merge({ ...images(entry('web', '1.2.0', ['latest'])), ...service('web', 'w3') })
  assert.is(next.state, 'built', next.reason)
  await world.badge('web', '1.2.0')
})

proved('lets what is merged meanwhile wait, and nothing of it is lost or fails', async () => {
  const { sha } = await duringStandstill(registryPid(), async () => {
    const merge = await world.github.merge(REPOSITORY, {
      files: { ...images(entry('web', '1.3.0')), ...service('web', 'w4') },
    })
    const shown = async () =>
      readMetrics(await (await fetch(`${world.gateway}/function/build/_/metrics`)).text())
    await world.until(
      'a merge that waits for the registry',
      async () => (await shown())['artefacto_unfinished_merges{state="queued"}'] === 1,
    )
    return merge
  })
  const record = await world.ended(sha)
  assert.equal([record.state, record.interruptions ?? 0], ['built', 0], record.reason)
})

proved('does not begin while something is built, nor while somebody has just written', async () => {
  const dockerfile = [
    `FROM ${await hostNodeImage(world.engine)} AS work`,
    `RUN ["node", "-e", "fs.writeFileSync('/result', ''); setTimeout(() => {}, 4000)"]`,
    'FROM scratch',
    'COPY --from=work /result /',
  ].join('\n')
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images(entry('web', '1.4.0')), 'web/Dockerfile': dockerfile },
  })
  await world.badge('web', '1.3.0 · building 1.4.0')
  await assertRejects(
    collected(NOW),
    /^Nothing was collected: something is being built\. Run it again later$/,
  )
  lines.length = 0
  const room = collected()
  assert.is((await world.ended(sha)).state, 'built')
  await room
  assert.is(lines[0], 'Waiting: something is being built')
  await assertRejects(collected({ waitMs: 0, quietMs: 3_600_000 }), /somebody has written into the registry/)
})

proved('keeps the parts of an index, which registry 2.8 would take away', async () => {
  const { registry } = world
  const child = await registry.manifest('web', '1.4.0')
  if (child === undefined) return assert.unreachable('1.4.0 was built')
  const copied = Buffer.from(`${child.bytes.toString()}\n`)
  const part = await registry.putManifest('web', digestOf(copied), child.mediaType, copied)
  const manifests = [{ mediaType: child.mediaType, digest: part, size: copied.length }]
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }))
  await registry.putManifest('web', 'two-platforms', INDEX, index)
  lines.length = 0
  await collected()
  assert.is(await registry.head('web', part), part)
  assert.match(lines.join(), /an index of several images, which registry 2 would take apart/)
})

proved('is refused where no registry is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-collect-'))
  const state = openState(folder)
  await assertRejects(
    collectLocal(folder, () => {}),
    /The registry of .* is not found: set DOCKER_HOST/,
  )
  state.close()
  rmSync(state.registry, { recursive: true })
  await assertRejects(
    collectLocal(folder, () => {}),
    /There is no registry in .*--state/,
  )
  rmSync(folder, { recursive: true })
})

proved('needs no pause where nothing runs, and lets nothing be started meanwhile', async () => {
  await world.stack.registry.stop()
  world.state.close()
  const room = await collectLocal(world.state.folder, () => {})
  assert.ok(room.after > 0 && room.after <= room.before)
  openState(world.state.folder)
})
collecting.run()

async function assertRejects(call: Promise<unknown>, words: RegExp): Promise<void> {
  const sentence = await call.then(
    () => 'it was collected',
    (error: Error) => error.message,
  )
  assert.match(sentence, words)
}

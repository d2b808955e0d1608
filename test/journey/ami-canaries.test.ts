import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { dockerAt } from '../../local/docker.ts'
import { type Canaries, filesBelow, found, type Place } from '../faults/canaries.ts'
import { type Emulator, REGION, startEmulator } from '../support/aws/emulator.ts'
import { box, boxImages, openAmiJourney } from '../support/box.ts'
import { diskSuite } from '../support/disk-suite.ts'

const WORD = `word-${randomBytes(12).toString('hex')}`
const KEYS = {
  accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64'),
}

const contained = diskSuite('the secrets of whoever has disks made')
let world: Awaited<ReturnType<typeof openAmiJourney>>
let aws: Emulator
contained.before(async () => {
  aws = await startEmulator({ keys: KEYS })
  world = await openAmiJourney({ aws_region: REGION, ...aws.env })
  const text = `[default]\naws_access_key_id = ${KEYS.accessKeyId}\naws_secret_access_key = ${KEYS.secretAccessKey}\n`
  writeFileSync(join(world.state.secrets, 'aws-credentials'), text, { mode: 0o600 })
})
contained.after(async () => {
  await world.close()
  await aws.close()
})

contained('are in nothing that is written or answered: disk, image, records, logs, pages', async () => {
  const merge = await world.merge({ ...boxImages('1.0.0'), ...(await box(WORD)) })
  assert.is(merge.state, 'built', merge.reason)
  const record = (await world.ledger.build('box', merge.services[0]?.build ?? '')) as BuildRecord
  assert.ok(record.ami, 'no AMI was made')
  const { folder } = world.state
  const places: Place[] = [
    ...filesBelow(folder, [join(folder, 'secrets'), join(folder, 'certs'), join(folder, 'ami/secrets')]),
    ['lines of the functions', world.lines.join('\n')],
    ['the service ami', await saidByAmi()],
    ...world.github.requests.map(({ path, headers }): Place => [path, JSON.stringify(headers)]),
  ]
  for (const path of ['box', 'box.svg', 'box/builds.json', `box/builds/${record.id}.log`])
    places.push([path, Buffer.from(await (await world.page(path)).arrayBuffer())])
  const names = ['webhook-secret', 'payload-secret', 'registry-password', 'basic-auth-password']
  const secrets = names.map((name) => [name, readFileSync(join(folder, 'secrets', name), 'utf8').trim()])
  const canaries: Canaries = { ...Object.fromEntries(secrets), 'AWS key': KEYS.secretAccessKey }
  assert.equal(found(places, canaries), [])
  const disk = await layerOf(record.disk?.digest ?? '')
  assert.ok(
    found(places, { page: WORD }).some((hit) => hit.includes(disk)),
    'the search does not find what is on the disk',
  )
})
contained.run()

/** How the disk's layer is called where the registry keeps its blobs. */
async function layerOf(disk: string): Promise<string> {
  const manifest = await world.registry.manifest('box', disk)
  return JSON.parse(`${manifest?.bytes}`).layers[0].digest.slice('sha256:'.length)
}

/** What the service itself wrote to its console, in which each disk's may be. */
async function saidByAmi(): Promise<string> {
  const docker = dockerAt(world.engine.host)
  const filters = { label: ['artefacto=ami', `artefacto.state=${world.state.folder}`] }
  const [container] = await docker.listContainers({ filters })
  const logs = await docker.getContainer(container?.Id ?? '').logs({ stdout: true, stderr: true })
  return `${logs}`
}

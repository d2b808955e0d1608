import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Part, tear } from '../support/tear.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'
import type { Moment } from './faulty-registry.ts'

const MERGE = /^PUT \/v2\/merges\/\d+\/manifests\/[0-9a-f]{40}$/
const NEWEST = /^PUT \/v2\/merges\/\d+\/manifests\/newest$/
const SERVICE = /^PUT \/v2\/builds\/web\/manifests\/\d/
const PUBLISHED = /^PUT \/v2\/builds\/web\/manifests\/published$/
const STAGED = /^GET \/v2\/staging\/web\/manifests\/sha256:/
const TAG = (service: string) => new RegExp(`^PUT /v2/${service}/manifests/1\\.`)

/** What the registry has just written, and keeps half of: the repository, and the last tag that fits. */
type Torn = [what: string, moment: Moment, repository: RegExp, tag: RegExp, part: Part]
const SHA = /^[0-9a-f]{40}$/
const TORN: Torn[] = [
  ['the first record of a merge', { steps: [MERGE], done: true }, /^merges/, SHA, 'manifest'],
  [
    'the record of a merge that publishes',
    { steps: [MERGE, MERGE, MERGE], done: true },
    /^merges/,
    SHA,
    'tag',
  ],
  ['the last record of a merge', { steps: [TAG('api'), MERGE], done: true }, /^merges/, SHA, 'revision'],
  ['the newest merge', { steps: [TAG('api'), MERGE, NEWEST], done: true }, /^merges/, /^newest$/, 'tag'],
  ['the record of a service', { steps: [SERVICE], done: true }, /^builds\/web/, /^\d{13}-/, 'manifest'],
  ['what is published of it', { steps: [PUBLISHED], done: true }, /^builds\/web/, /^published$/, 'tag'],
  ['whose a service is', { steps: [SERVICE], done: true }, /^builds\/web/, /^owner$/, 'manifest'],
  ['what is staged', { steps: [STAGED] }, /^staging\/web/, SHA, 'tag'],
  ['a version', { steps: [TAG('web')], done: true }, /^web$/, /^1\./, 'tag'],
  ['the manifest of a version', { steps: [TAG('web')], done: true }, /^web$/, /^1\./, 'revision'],
]

const torn = suite('a registry killed while it writes keeps half of')
let world: FaultWorld
torn.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
torn.after(() => world.close())

for (const [what, moment, repository, tag, part] of TORN)
  torn(`${what} (${part}), and all of it is written again`, async () => {
    const merge = await world.mergeUntil(moment)
    const folder = world.state.registry
    const [place = ''] = (await world.registry.repositories('')).filter((name) => repository.test(name))
    const tags = (await world.registry.tags(place)).filter((name) => tag.test(name))
    const ours = tags.find((name) => name === merge.sha || name === merge.versions.web) ?? tags.at(-1)
    assert.ok(ours)
    tear(folder, place, ours, part)
    world.kill('build')
    world.faulty.release()
    await world.recovered(merge)
    await world.judge(merge)
    assert.equal(await unreadable(), [])
  })

/** Tags that the registry cannot read. */
async function unreadable(): Promise<string[]> {
  const found: string[] = []
  for (const repository of await world.registry.repositories(''))
    for (const tag of await world.registry.tags(repository))
      await world.registry.head(repository, tag).catch(() => found.push(`${repository}:${tag}`))
  return found
}

torn.run()

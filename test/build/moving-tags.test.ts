import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { newBuild } from '../../functions/build/job.ts'
import { begins, isLater, moveTags, refuseFixedTags, tagsDue } from '../../functions/build/moving-tags.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { failureOf } from '../support/failure-of.ts'
import { JOB } from './a-job.ts'
import { putImage, withRegistry } from './image-in-memory.ts'

const numbers = suite('tags of numbers')
const BEGINNINGS: [tag: string, version: string, boolean][] = [
  ['1', '1.4.2', true],
  ['1.4', '1.4.2', true],
  ['v1', 'v1.4.2', true],
  ['2026', '2026.11.22', true],
  ['1.4.2', '1.4.2', false],
  ['1.', '1.4.2', false],
  ['1.40', '1.4.2', false],
  ['1.4', '1.40.2', false],
  ['1', 'v1.4.2', false],
  ['v', 'v1.4.2', false],
  ['1.4', '1.4.2-rc.1', false],
  ['1.4.2-rc', '1.4.2-rc.1', false],
  ['', '1.4.2', false],
]
for (const [tag, version, expected] of BEGINNINGS)
  numbers(`"${tag}" ${expected ? 'begins' : 'does not begin'} ${version}`, () =>
    assert.is(begins(tag, version), expected),
  )
numbers('begin no image without a version', () => assert.not(begins('1', undefined)))
const ORDER = ['1', '1.4', '1.4.0', '1.4.2', '1.4.9', '1.4.10', '1.10', '2', `2.${'9'.repeat(40)}0`]
numbers('are in the order of their numbers, not of their letters', () => {
  for (const [at, one] of ORDER.entries())
    for (const [before, other] of ORDER.entries())
      assert.is(isLater(one, other), at > before, `${one} after ${other}`)
})
numbers('are the same with zeros before them, and with v', () => {
  assert.not(isLater('1.04', '1.4') || isLater('1.4', '1.04'))
  assert.ok(isLater('v1.4.3', 'v1.4.2'))
})
numbers.run()

const WEB: Entry = { service_name: 'web', version: '1.4.2', type: 'Docker' }
const { mutableTags } = readConfig({})

const fixed = suite('a tag that never moves')
fixed('is refused, with the words that help', async () => {
  const failure = await failureOf(() => refuseFixedTags({ ...WEB, tags: ['latest', 'stable'] }, mutableTags))
  assert.is(failure.code, 'images_invalid')
  assert.is(
    failure.message,
    'web: the tag stable does not fit mutable_tags, and is not the beginning of 1.4.2 up to a point',
  )
})
fixed('is none of those that fit mutable_tags, or begin the version', () =>
  refuseFixedTags({ ...WEB, tags: ['latest', 'dev', '1', '1.4'] }, mutableTags),
)
fixed.run()

const labels = (version: string) => ({
  'artefacto.source.digest': `v1:${version}`,
  'org.opencontainers.image.version': version,
})
const publish = (registry: Registry, version: string, ...tags: string[]) =>
  Promise.all([version, ...tags].map((tag) => putImage(registry, 'web', tag, labels(version)))).then(
    ([digest = '']) => digest,
  )
const books = (registry: Registry) => ({ config: readConfig({}), registry, ledger: openLedger(registry) })
const tagged = (version: string, ...tags: string[]) => ({ service: 'web', version, tags, time: 2_000 })

const moving = suite('moving tags')
moving(
  'puts the same image under tags that are not there, and under those of earlier ones',
  withRegistry(async (registry) => {
    await publish(registry, '1.4.1', 'latest', '1.4')
    const digest = await publish(registry, '1.4.2')
    const moved = await moveTags(books(registry), tagged('1.4.2', 'latest', '1.4', '1'), digest)
    assert.equal(moved, ['latest', '1.4', '1'])
    for (const tag of moved) assert.is(await registry.head('web', tag), digest)
    assert.is.not(await registry.head('web', '1.4.1'), digest)
  }),
)
moving(
  'writes nothing where they are in their place',
  withRegistry(async (registry, memory) => {
    const digest = await publish(registry, '1.4.2', 'latest', '1.4')
    memory.calls.length = 0
    await moveTags(books(registry), tagged('1.4.2', 'latest', '1.4'), digest)
    assert.not(memory.calls.some((call) => call.startsWith('PUT')))
  }),
)
moving(
  'asks nothing where there are none',
  withRegistry(async (registry, memory) => {
    assert.equal(await tagsDue(books(registry), { ...tagged('1.4.2'), tags: undefined }), [])
    assert.equal(memory.calls, [])
  }),
)
moving(
  'leaves a tag of numbers at a later version, and takes it from one that it does not begin',
  withRegistry(async (registry) => {
    const later = await publish(registry, '1.4.10', '1.4')
    await publish(registry, '2.0.0', '1')
    const digest = await publish(registry, '1.4.2')
    assert.equal(await moveTags(books(registry), tagged('1.4.2', '1.4', '1'), digest), ['1'])
    assert.is(await registry.head('web', '1.4'), later)
  }),
)
moving(
  'leaves any other tag to a newer merge, whether it was the version or a tag of that',
  withRegistry(async (registry) => {
    const digest = await publish(registry, '1.4.2')
    const { ledger, ...rest } = books(registry)
    const newer = { ...JOB, time: 3_000 }
    await ledger.writeBuild({ ...newBuild(newer, { ...WEB, version: 'dev' }), state: 'built' })
    await ledger.writeBuild({
      ...newBuild({ ...newer, time: 4_000 }, { ...WEB, version: '1.5.0', tags: ['latest'] }),
      state: 'built',
    })
    assert.equal(await moveTags({ ledger, ...rest }, tagged('1.4.2', 'latest', 'dev', '1.4'), digest), [
      '1.4',
    ])
    assert.is(await registry.head('web', 'latest'), undefined)
  }),
)
moving(
  'leaves it to a newer merge of another branch, too',
  withRegistry(async (registry) => {
    const digest = await publish(registry, '1.4.2')
    const parts = { ...books(registry), ledger: openLedger(registry, ['develop', 'main']) }
    const newer = newBuild(
      { ...JOB, branch: 'main', time: 3_000 },
      { ...WEB, version: '1.3.9', tags: ['latest'] },
    )
    await parts.ledger.writeBuild({ ...newer, state: 'built' })
    assert.equal(await moveTags(parts, tagged('1.4.2', 'latest'), digest), [])
  }),
)
moving(
  'takes its tag back from the same version, however new: the build method is called a moment after the merge',
  withRegistry(async (registry) => {
    const digest = await publish(registry, '1.4.2')
    const parts = books(registry)
    const newer = newBuild({ ...JOB, time: 3_000 }, { ...WEB, version: '1.4.2', tags: ['latest'] })
    await parts.ledger.writeBuild({ ...newer, state: 'built' })
    assert.equal(await moveTags(parts, tagged('1.4.2', 'latest'), digest), ['latest'])
    assert.is(await registry.head('web', 'latest'), digest)
  }),
)
moving(
  'is refused where the tag was published as a version, by artefacto or by somebody else',
  withRegistry(async (registry) => {
    await publish(registry, '1.4')
    await putImage(registry, 'web', '1', { 'org.opencontainers.image.version': '1.9.9' })
    for (const tag of ['1.4', '1']) {
      const failure = await failureOf(() => tagsDue(books(registry), tagged('1.4.2', tag)))
      assert.is(failure.code, 'version_taken')
      assert.is(
        failure.message,
        `web:${tag} was published as a version, which never moves: take it out of tags`,
      )
    }
  }),
)
moving(
  'puts a tag that the registry cannot read',
  withRegistry(async (registry, memory) => {
    const digest = await publish(registry, '1.4.2', '1.4')
    memory.fail((method, path) => {
      if (method === 'PUT') memory.fail(undefined)
      return method !== 'PUT' && path.endsWith('/web/manifests/1.4') ? 500 : undefined
    })
    assert.equal(await moveTags(books(registry), tagged('1.4.2', '1.4'), digest), ['1.4'])
    assert.is(await registry.head('web', '1.4'), digest)
  }),
)
moving(
  'fails where the registry does not show the tag afterwards',
  withRegistry(async (registry) => {
    const digest = await publish(registry, '1.4.2')
    const deaf: Registry = { ...registry, head: async () => undefined }
    const failure = await failureOf(() => moveTags(books(deaf), tagged('1.4.2', 'latest'), digest))
    assert.equal(
      [failure.code, failure.message],
      ['registry_error', 'the registry took web:latest, and does not show it'],
    )
  }),
)
moving.run()

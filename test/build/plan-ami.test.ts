import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cloud } from '../../functions/build/aws/cloud.ts'
import { readConfig } from '../../functions/build/config.ts'
import { NO_GRANTS } from '../../functions/build/grants.ts'
import { claimName, type Lookout, type Plan, plan } from '../../functions/build/plan.ts'
import type { Ami } from '../../functions/shared/disk.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { buildOf } from '../shared/records.ts'
import { JOB } from './a-job.ts'
import { putSomeDisk } from './disk-in-memory.ts'
import { sourceIn } from './git-source.ts'
import { putImage, withRegistry } from './image-in-memory.ts'
import { NO_SOURCES } from './no-sources.ts'
import { TOP, tarball } from './tar-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'plan-ami-test-'))
const source = join(folder, 'source.tar.gz')
const BOX: Entry = { service_name: 'box', version: '1.0.0', type: 'AMI' }
const AMI: Ami = { id: 'ami-0123456789abcdef0', region: 'eu-central-1', snapshot: 'snap-0123456789abcdef0' }

/** What a merge would do with the service, and the digest of its sources. */
async function planned(
  registry: Registry,
  entry: Entry = BOX,
  { there = true, cloud }: { there?: boolean; cloud?: Cloud } = {},
): Promise<{ found: Plan; sources: string }> {
  const look: Lookout = {
    config: readConfig({}),
    registry,
    ledger: openLedger(registry),
    dating: pLimit(1),
    grants: async () => NO_GRANTS,
    disks: { there },
    sources: NO_SOURCES,
    cloud: async () => cloud,
  }
  const [found, other] = await plan(
    look,
    JOB,
    [entry, { ...entry, version: 'never-published' }],
    sourceIn(source),
    {
      naming: claimName,
      keep: false,
    },
  )
  return { found: found as Plan, sources: other?.verdict === 'build' ? other.source : '' }
}
const image = (registry: Registry, label: string) =>
  putImage(registry, 'box', '1.0.0', { 'artefacto.source.digest': label })

const planning = suite('plan of type AMI')
planning.before(() =>
  writeFileSync(source, tarball([{ name: `${TOP}/box/Dockerfile`, body: 'FROM scratch\n' }])),
)
planning.after(() => rmSync(folder, { recursive: true }))

planning(
  'refuses it where the installation makes no disks',
  withRegistry(async (registry) => {
    const { found } = await planned(registry, BOX, { there: false })
    assert.is(found.verdict, 'refused')
    if (found.verdict === 'refused')
      assert.match(found.failure.message, 'box: this installation makes no disks')
  }),
)
planning(
  'refuses platforms of which none is what a disk is made of',
  withRegistry(async (registry) => {
    const { found } = await planned(registry, { ...BOX, platforms: ['linux/arm64'] })
    assert.is(found.verdict, 'refused')
    if (found.verdict === 'refused')
      assert.equal(
        [found.failure.code, found.failure.message],
        ['images_invalid', 'box: a disk is made of the image for linux/amd64, which platforms does not name'],
      )
    const both = await planned(registry, { ...BOX, platforms: ['linux/arm64', 'linux/amd64'] })
    assert.is(both.found.verdict, 'build')
  }),
)
planning(
  'leaves unchanged what stands with its disk',
  withRegistry(async (registry) => {
    const { sources } = await planned(registry)
    const digest = await image(registry, sources)
    const disk = await putSomeDisk(registry, 'box', '1.0.0-ami', { source: sources, image: digest })
    const { found } = await planned(registry)
    assert.is(found.verdict, 'unchanged')
    if (found.verdict === 'unchanged') assert.equal([found.digest, found.disk?.digest], [digest, disk])
  }),
)
planning(
  'makes only the disk where the image stands already, as of type Docker',
  withRegistry(async (registry) => {
    const { sources } = await planned(registry)
    const digest = await image(registry, sources)
    const { found } = await planned(registry)
    assert.is(found.verdict, 'build')
    if (found.verdict === 'build')
      assert.equal([found.stands?.digest, found.stands?.disk], [digest, undefined])
  }),
)
planning(
  'makes only the disk where the one that stands is of another image of the same sources',
  withRegistry(async (registry) => {
    const { sources } = await planned(registry)
    const digest = await image(registry, sources)
    await putSomeDisk(registry, 'box', '1.0.0-ami', { source: sources })
    const { found } = await planned(registry)
    assert.is(found.verdict, 'build')
    if (found.verdict === 'build')
      assert.equal([found.stands?.digest, found.stands?.disk], [digest, undefined])
  }),
)
planning(
  'builds all of it where the image is gone and the disk is left',
  withRegistry(async (registry) => {
    const { sources } = await planned(registry)
    await putSomeDisk(registry, 'box', '1.0.0-ami', { source: sources })
    const { found } = await planned(registry)
    assert.is(found.verdict, 'build')
    if (found.verdict === 'build') assert.is(found.stands, undefined)
  }),
)
for (const [what, put] of [
  ['the image', (registry: Registry) => image(registry, 'v1:other')],
  ['the disk', (registry: Registry) => putSomeDisk(registry, 'box', '1.0.0-ami', { source: 'v1:other' })],
] as const)
  planning(
    `refuses a version of which ${what} was made from other sources`,
    withRegistry(async (registry) => {
      await put(registry)
      const { found } = await planned(registry)
      assert.is(found.verdict, 'refused')
      if (found.verdict === 'refused') assert.is(found.failure.code, 'version_taken')
    }),
  )
planning(
  'refuses a tag with -ami that is no disk of ours',
  withRegistry(async (registry) => {
    await putImage(registry, 'box', '1.0.0-ami', {})
    const { found } = await planned(registry)
    assert.is(found.verdict, 'refused')
  }),
)
planning(
  'does not look at a disk where the type is Docker',
  withRegistry(async (registry) => {
    await putSomeDisk(registry, 'box', '1.0.0-ami', { source: 'v1:other' })
    const { found } = await planned(registry, { ...BOX, type: 'Docker' })
    assert.is(found.verdict, 'build')
  }),
)
planning(
  'makes only the AMI where the operator has an account since, and nothing where a build has made it',
  withRegistry(async (registry) => {
    const cloud = {} as Cloud
    const { sources } = await planned(registry)
    const digest = await image(registry, sources)
    const disk = await putSomeDisk(registry, 'box', '1.0.0-ami', { source: sources, image: digest })
    const { found } = await planned(registry, BOX, { cloud })
    assert.is(found.verdict, 'build')
    if (found.verdict === 'build')
      assert.equal([found.stands?.digest, found.stands?.disk?.digest], [digest, disk])
    await openLedger(registry).writeBuild(buildOf('box', 1, { version: '1.0.0', state: 'built', ami: AMI }))
    const again = await planned(registry, BOX, { cloud })
    assert.is(again.found.verdict, 'unchanged')
    if (again.found.verdict === 'unchanged') assert.equal(again.found.ami, AMI)
  }),
)
planning.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cloud, Owned } from '../../functions/build/aws/cloud.ts'
import { clearCloud, sweepCloud } from '../../functions/build/clear-cloud.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { buildOf } from '../shared/records.ts'

// What is cleared is a line of the log.
process.stderr.write = () => true

const QUEUED = '2026-11-22T18:00:00.000Z'
const AMI = { id: 'ami-1', region: 'eu-central-1', snapshot: 'snap-1' }

/** A process with an account that has something of one build. */
async function stage(more: Partial<BuildRecord>, has: Partial<Owned> = {}) {
  const record = buildOf('box', 1, { queued: QUEUED, type: 'AMI', ...more })
  const ledger = openLedger(openRegistry(quickRegistry().perform))
  await ledger.writeBuild(record)
  const { id: build } = record
  const there: Owned[] = [
    { service: 'box', build, queued: QUEUED, digest: 'sha256:aa', ami: 'ami-1', snapshot: 'snap-1', ...has },
  ]
  const cloud: Cloud = {
    register: () => Promise.reject(new Error('nothing is put up here')),
    owned: async () => [...there],
    remove: async (owned) => void there.splice(there.indexOf(owned), 1),
  }
  const works = openWorks()
  works.untidy = false
  const shop = { ledger, works, cloud: async () => cloud } as unknown as Workshop
  return { shop, there, build, cloud }
}

const clearing = suite('what AWS has of a build')
for (const [what, record, has, left] of [
  ['stays where it is the AMI that was published', { state: 'built', ami: AMI }, {}, 1],
  ['goes where the build published another', { state: 'built', ami: { ...AMI, id: 'ami-2' } }, {}, 0],
  ['goes where only its snapshot is left over', { state: 'built', ami: AMI }, { ami: undefined }, 0],
  ['goes where the build failed', { state: 'failed' }, {}, 0],
  ['goes where the build was held', { state: 'held', ami: AMI }, {}, 0],
  ['stays while it is being built', { state: 'building' }, {}, 1],
  ['goes where the build will be tried again, which makes another disk', { state: 'error' }, {}, 0],
  ["stays where it is another installation's", { state: 'failed' }, { queued: '2026-01-01T00:00:00Z' }, 1],
  ['stays where the ledger does not know the build', { state: 'failed' }, { build: 'another' }, 1],
] as const)
  clearing(what, async () => {
    const { shop, there } = await stage(record, has as Partial<Owned>)
    await sweepCloud(shop)
    assert.is(there.length, left)
    assert.not(shop.works.untidy)
  })

clearing('is looked at alone when its build ends', async () => {
  const { shop, there, build } = await stage({ state: 'failed' })
  await clearCloud(shop, 'other', build)
  assert.is(there.length, 1)
  await clearCloud(shop, 'box', build)
  assert.is(there.length, 0)
})
clearing('is looked for again where AWS did not answer', async () => {
  const { shop, cloud, build } = await stage({ state: 'failed' })
  cloud.owned = () => Promise.reject(new Error('no answer'))
  await clearCloud(shop, 'box', build)
  assert.ok(shop.works.untidy)
})
clearing.run()

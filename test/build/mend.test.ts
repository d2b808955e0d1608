import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mend } from '../../functions/build/mend.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { buildOf } from '../shared/records.ts'
import { failureOf } from '../support/failure-of.ts'
import type { MemoryRegistry } from '../support/memory-registry.ts'
import { putImage, putSomeIndex, withRegistry } from './image-in-memory.ts'

const WEB = { service_name: 'web', version: '1.0.0', type: 'Docker' } as const
const SOURCE = 'v1:aa'

/** A registry that cannot read web:1.0.0 until it is put again; `also` what else it cannot read. */
function tornVersion(memory: MemoryRegistry, also = /^$/): void {
  memory.fail((method, path) => {
    if (method === 'PUT' && path.endsWith('/web/manifests/1.0.0')) memory.fail(undefined)
    const torn = path.endsWith('/web/manifests/1.0.0') || also.test(path)
    return method !== 'PUT' && torn ? 500 : undefined
  })
}

/** `mend` with what the ledger says of builds. */
const mended = (
  registry: Registry,
  memory: MemoryRegistry,
  records: Partial<BuildRecord>[],
  also?: RegExp,
): ReturnType<typeof mend> => {
  const ledger = openLedger(registry)
  return Promise.all(
    records.map((more) =>
      ledger.writeBuild(buildOf('web', 1, { version: '1.0.0', source: SOURCE, ...more })),
    ),
  ).then(() => {
    tornVersion(memory, also)
    return mend({ ledger, registry }, WEB, SOURCE)
  })
}

const torn = suite('a version that the registry cannot read')
torn(
  'stays as it is where it is none of ours',
  withRegistry(async (registry, memory) => {
    const { code, message } = await failureOf(() => mended(registry, memory, []))
    assert.is(code, 'registry_torn')
    assert.match(message, 'web:1.0.0, and artefacto has no record of it')
  }),
)
torn(
  'is free where it was only being put',
  withRegistry(async (registry, memory) => {
    assert.is(await mended(registry, memory, [{ state: 'error' }]), undefined)
  }),
)
torn(
  'is put back to what was published',
  withRegistry(async (registry, memory) => {
    const digest = await putImage(registry, 'web', '1.0.0', { 'artefacto.source.digest': SOURCE })
    const found = await mended(registry, memory, [{ digest }])
    assert.equal([found?.digest, found?.source], [digest, SOURCE])
    assert.is(await registry.head('web', '1.0.0'), digest)
  }),
)
torn(
  'is put back to the index that was published',
  withRegistry(async (registry, memory) => {
    const labels = { 'artefacto.source.digest': SOURCE }
    const { digest } = await putSomeIndex(registry, 'web', '1.0.0', labels)
    const found = await mended(registry, memory, [{ digest }])
    assert.equal([found?.digest, found?.source, found?.size], [digest, SOURCE, 64])
  }),
)
torn(
  'is built again where its image is lost, from the same sources alone',
  withRegistry(async (registry, memory) => {
    const digest = await putImage(registry, 'web', '1.0.0', { 'artefacto.source.digest': SOURCE })
    const lost = new RegExp(digest)
    assert.is(await mended(registry, memory, [{ digest }], lost), undefined)
    memory.fail(undefined)
    const other = await mended(registry, memory, [{ digest, source: 'v1:bb' }], lost)
    assert.equal([other?.digest, other?.source], [digest, 'v1:bb'])
  }),
)
torn.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mountAhead, promote, promoteAll } from '../../functions/build/promote.ts'
import { digestOf } from '../../functions/shared/digest.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { failureOf } from '../support/failure-of.ts'
import { until } from '../support/until.ts'
import { putSomeDisk } from './disk-in-memory.ts'
import { IMAGE_TYPE, putImage, putSomeIndex, withRegistry } from './image-in-memory.ts'

const stage = (registry: Registry, source = 'v1:abc') =>
  putImage(registry, 'staging/web', 'f00', { 'artefacto.source.digest': source })
const to = (digest: string, version = '1.0.0', movable = false) => ({
  service: 'web',
  version,
  digest,
  movable,
})

const promoting = suite('promote')
promoting(
  'puts the same bytes of the same type under the version, and says what stands',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    assert.is(await promote(registry, to(digest)), digest)
    const staged = await registry.manifest('staging/web', digest)
    assert.equal(await registry.manifest('web', '1.0.0'), staged)
    assert.is(staged?.mediaType, IMAGE_TYPE)
  }),
)
promoting(
  'puts the images of an index before it, by their digests and without tags',
  withRegistry(async (registry, memory) => {
    const { digest, images } = await putSomeIndex(registry, 'staging/web', 'f00', {})
    memory.calls.length = 0
    assert.is(await promote(registry, to(digest)), digest)
    assert.equal(
      memory.calls.filter((call) => call.startsWith('PUT')),
      [...images, '1.0.0'].map((reference) => `PUT /v2/web/manifests/${reference}`),
    )
    assert.equal(await registry.tags('web'), ['1.0.0'])
  }),
)
promoting(
  'mounts each blob once and uploads none',
  withRegistry(async (registry, memory) => {
    const digest = await stage(registry)
    memory.calls.length = 0
    await promote(registry, to(digest))
    const mounts = memory.calls.filter((call) => call.includes('mount='))
    assert.is(mounts.length, 2)
    assert.ok(mounts.every((call) => call.endsWith('&from=staging/web')))
    assert.equal(
      memory.calls.filter((call) => call.startsWith('PUT')),
      ['PUT /v2/web/manifests/1.0.0'],
    )
  }),
)
promoting(
  'mounts nothing that was mounted ahead, of which nothing is seen before',
  withRegistry(async (registry, memory) => {
    const digest = await stage(registry)
    const end = mountAhead(registry, 'web', digest)
    await until(() => memory.calls.filter((call) => call.includes('mount=')).length === 2, 'both are mounted')
    assert.equal(await registry.tags('web'), [])
    memory.calls.length = 0
    assert.is(await promote(registry, to(digest)), digest)
    end()
    assert.equal(memory.calls, [
      'HEAD /v2/web/manifests/1.0.0',
      'PUT /v2/web/manifests/1.0.0',
      'HEAD /v2/web/manifests/1.0.0',
    ])
  }),
)
promoting(
  'mounts itself what could not be mounted ahead',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    let broken = false
    const breaking: Registry = {
      ...registry,
      async mountBlob() {
        broken = true
        throw new Failure('registry_down')
      },
    }
    const end = mountAhead(breaking, 'web', digest)
    await until(() => broken, 'it broke')
    assert.is(await promote(registry, to(digest)), digest)
    end()
  }),
)
promoting(
  'twice is once, and needs no staged image the second time',
  withRegistry(async (registry, memory) => {
    const digest = await stage(registry)
    await promote(registry, to(digest))
    await registry.deleteManifest('staging/web', digest)
    memory.calls.length = 0
    assert.is(await promote(registry, to(digest)), digest)
    assert.equal(memory.calls, ['HEAD /v2/web/manifests/1.0.0'])
  }),
)
promoting(
  'never moves a version that stands, and says what does',
  withRegistry(async (registry) => {
    const first = await stage(registry)
    await promote(registry, to(first))
    const second = await stage(registry, 'v1:def')
    assert.is.not(second, first)
    assert.is(await promote(registry, to(second)), first)
    assert.is(await registry.head('web', '1.0.0'), first)
  }),
)
promoting(
  'moves a movable one',
  withRegistry(async (registry) => {
    const first = await stage(registry)
    await promote(registry, to(first, 'latest', true))
    const second = await stage(registry, 'v1:def')
    assert.is(await promote(registry, to(second, 'latest', true)), second)
    assert.is(await registry.head('web', 'latest'), second)
  }),
)
promoting(
  'goes by the digest, wherever the staging tag points by now',
  withRegistry(async (registry) => {
    const first = await stage(registry)
    await stage(registry, 'v1:def')
    assert.is(await promote(registry, to(first)), first)
  }),
)
promoting(
  'fails where the staged image is gone, as an error that is not the repository',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    await registry.deleteManifest('staging/web', digest)
    const failure = await failureOf(() => promote(registry, to(digest)))
    assert.equal([failure.code, failure.outcome], ['registry_error', 'error'])
    assert.is(failure.message, `the staged image staging/web@${digest} is not in the registry any more`)
  }),
)
promoting(
  'says the digest that stands after it, not the one that it put',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    const other = await stage(registry, 'v1:def')
    // Somebody else publishes in the moment between.
    const raced: Registry = {
      ...registry,
      putManifest: async (repository, tag, type, bytes) => {
        await registry.putManifest(repository, tag, type, bytes)
        return promote(registry, to(other, tag, true))
      },
    }
    assert.is(await promote(raced, to(digest)), other)
  }),
)
promoting(
  'fails where the registry took the image and does not show it',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    const failure = await failureOf(() => promote({ ...registry, head: async () => undefined }, to(digest)))
    assert.is(failure.message, 'the registry took web:1.0.0, and does not show it')
  }),
)
promoting(
  'fails at a blob that cannot be mounted, before the version is there',
  withRegistry(async (registry, memory) => {
    const digest = await stage(registry)
    memory.repositories.get('staging/web')?.blobs.clear()
    assert.is((await failureOf(() => promote(registry, to(digest)))).code, 'registry_error')
    assert.is(await registry.head('web', '1.0.0'), undefined)
  }),
)
promoting(
  'publishes a disk beside its image, and by its own digest',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    const disk = await putSomeDisk(registry, 'staging/web', 'disk-f00', { source: 'v1:abc' })
    assert.equal(await promoteAll(registry, { service: 'web', version: '1.0.0', digest, disk }, false), {
      digest,
      disk,
    })
    assert.is(await registry.head('web', '1.0.0-ami'), disk)
    const layer = digestOf(Buffer.from(`the disk of sha256:${'5e'.repeat(32)}`))
    assert.ok((await registry.blob('web', layer)).length > 0)
  }),
)
promoting(
  'never moves a disk that stands, and says what does',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    const first = await putSomeDisk(registry, 'web', '1.0.0-ami', { source: 'v1:abc', image: digest })
    const disk = await putSomeDisk(registry, 'staging/web', 'disk-f00', { source: 'v1:def', image: digest })
    assert.is(
      (await promoteAll(registry, { service: 'web', version: '1.0.0', digest, disk }, false)).disk,
      first,
    )
  }),
)
promoting(
  'puts the disk of the image that it publishes in the place of one whose image is gone, and of no other',
  withRegistry(async (registry) => {
    const digest = await stage(registry)
    const orphan = await putSomeDisk(registry, 'web', '1.0.0-ami', { source: 'v1:abc' })
    const disk = await putSomeDisk(registry, 'staging/web', 'disk-f00', { source: 'v1:abc', image: digest })
    const staged = { service: 'web', version: '1.0.0', digest, disk }
    assert.equal(await promoteAll(registry, staged, false), { digest, disk })
    assert.is.not(await registry.head('web', '1.0.0-ami'), orphan)
    const other = await stage(registry, 'v1:def')
    const otherDisk = await putSomeDisk(registry, 'staging/web', 'disk-f01', {
      source: 'v1:def',
      image: other,
    })
    assert.equal(await promoteAll(registry, { ...staged, digest: other, disk: otherDisk }, false), {
      digest,
      disk,
    })
  }),
)
promoting.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { imageParts } from '../../functions/build/image-layers.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { failureOf } from '../support/failure-of.ts'
import { IMAGE_TYPE, withRegistry } from './image-in-memory.ts'

const INDEX = 'application/vnd.oci.image.index.v1+json'

/** Puts an image whose configuration and layers are told; gives its digest. */
async function put(registry: Registry, said: object, mediaType?: string): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(said))
  const config = { digest: await registry.putBlob('box', bytes), size: bytes.length }
  const layers = mediaType ? [{ ...config, mediaType }] : []
  return registry.putManifest('box', 'tag', IMAGE_TYPE, Buffer.from(JSON.stringify({ config, layers })))
}

const parts = suite('what a disk takes of an image')
parts(
  'is its layers, and how it runs',
  withRegistry(async (registry) => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar'
    const said = {
      os: 'linux',
      architecture: 'amd64',
      created: '2026-11-20T10:00:00Z',
      config: { Cmd: ['/box'] },
    }
    const { layers, architecture, created, config } = await imageParts(
      registry,
      'box',
      await put(registry, said, mediaType),
    )
    assert.equal(
      layers.map((layer) => layer.mediaType),
      [mediaType],
    )
    assert.equal([architecture, created, config], ['amd64', '2026-11-20T10:00:00Z', { Cmd: ['/box'] }])
  }),
)
parts(
  'is refused of another system',
  withRegistry(async (registry) => {
    const digest = await put(registry, { os: 'windows', architecture: 'amd64' })
    const { code, message } = await failureOf(() => imageParts(registry, 'box', digest))
    assert.equal([code, message], ['disk_refused', 'the image is for windows: only Linux can become a disk'])
  }),
)
parts(
  'is refused where layers lie elsewhere',
  withRegistry(async (registry) => {
    const mediaType = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip'
    const digest = await put(registry, { os: 'linux' }, mediaType)
    assert.is((await failureOf(() => imageParts(registry, 'box', digest))).code, 'disk_refused')
  }),
)
const index = (registry: Registry, ...manifests: object[]) =>
  registry.putManifest('box', 'tag', INDEX, Buffer.from(JSON.stringify({ manifests })))
parts(
  'is, of an index, that of the image for linux/amd64',
  withRegistry(async (registry) => {
    const digest = await put(registry, { os: 'linux', architecture: 'amd64' })
    const other = await put(registry, { os: 'linux', architecture: 'arm64' })
    const platform = (architecture: string) => ({ platform: { os: 'linux', architecture } })
    const both = [
      { digest: other, ...platform('arm64') },
      { digest, ...platform('amd64') },
    ]
    const found = await imageParts(registry, 'box', await index(registry, ...both))
    assert.is(found.architecture, 'amd64')
  }),
)
parts(
  'is refused of an index without one',
  withRegistry(async (registry) => {
    const digest = await put(registry, { os: 'linux', architecture: 'arm64' })
    const without = await index(registry, { digest, platform: { os: 'linux', architecture: 'arm64' } })
    const { code, message } = await failureOf(() => imageParts(registry, 'box', without))
    assert.equal(
      [code, message],
      ['disk_refused', 'the image is an index of several, none of them for linux/amd64'],
    )
  }),
)
parts(
  'is missed where the image is gone: that passes',
  withRegistry(async (registry) => {
    const digest = `sha256:${'aa'.repeat(32)}`
    assert.is((await failureOf(() => imageParts(registry, 'box', digest))).outcome, 'error')
  }),
)
parts.run()

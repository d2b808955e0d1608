import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { layersSize, standing } from '../../functions/build/standing.ts'
import { putArtifact } from '../../functions/shared/artifact.ts'
import { failureOf } from '../support/failure-of.ts'
import { putImage, putSomeIndex, withRegistry } from './image-in-memory.ts'

const LABELS = {
  'artefacto.source.digest': 'v1:abc',
  'org.opencontainers.image.revision': 'f00',
  'org.opencontainers.image.version': '1.0.0',
}

const stands = suite('standing')
stands(
  'says what an image was built from, by its labels',
  withRegistry(async (registry) => {
    const digest = await putImage(registry, 'web', '1.0.0', LABELS)
    assert.equal(await standing(registry, 'web', '1.0.0'), {
      digest,
      source: 'v1:abc',
      revision: 'f00',
      version: '1.0.0',
      size: 32,
    })
  }),
)
stands(
  'is undefined where the version is free, in a repository that is there or not',
  withRegistry(async (registry) => {
    assert.is(await standing(registry, 'web', '1.0.0'), undefined)
    await putImage(registry, 'web', '1.0.0', LABELS)
    assert.is(await standing(registry, 'web', '1.0.1'), undefined)
  }),
)
stands(
  'says it of an index in one request',
  withRegistry(async (registry, memory) => {
    const { digest } = await putSomeIndex(registry, 'web', '1.0.0', LABELS)
    memory.calls.length = 0
    const told = { source: 'v1:abc', revision: 'f00', version: '1.0.0', size: 64 }
    assert.equal(await standing(registry, 'web', '1.0.0'), { digest, ...told })
    assert.equal(memory.calls, ['GET /v2/web/manifests/1.0.0'])
  }),
)
stands(
  "knows no source of somebody else's image, artifact or index",
  withRegistry(async (registry) => {
    await putImage(registry, 'web', 'image', {})
    await putArtifact(registry, 'web', ['artifact'], { artifactType: 'x/y', annotations: {}, layers: [] })
    const index = Buffer.from('{"schemaVersion":2,"manifests":[]}')
    await registry.putManifest('web', 'index', 'application/vnd.oci.image.index.v1+json', index)
    for (const tag of ['image', 'artifact', 'index']) {
      const found = await standing(registry, 'web', tag)
      assert.equal([found?.source, found?.revision], [undefined, undefined], tag)
      assert.match(found?.digest ?? '', /^sha256:/)
    }
  }),
)
stands(
  'is not taken for free when the registry has an error',
  withRegistry(async (registry, memory) => {
    memory.fail((_method, path) => (path.includes('/manifests/') ? 500 : undefined))
    assert.is((await failureOf(() => standing(registry, 'web', '1.0.0'))).code, 'registry_torn')
  }),
)
stands.run()

const sizes = suite('layersSize')
sizes('adds the layers as they are stored', () => {
  assert.is(layersSize(Buffer.from('{"config":{"size":9},"layers":[{"size":100},{"size":20}]}')), 120)
})
sizes('is nothing for an image without layers', () => assert.is(layersSize(Buffer.from('{}')), 0))
sizes.run()

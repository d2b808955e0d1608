import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Job } from '../../functions/build/job.ts'
import type { ToBuild } from '../../functions/build/plan.ts'
import { stageImage } from '../../functions/build/stage-image.ts'
import { layersSize } from '../../functions/build/standing.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { Failure } from '../../functions/shared/failure.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { oneEngine } from '../support/engines-of.ts'
import { failureOf } from '../support/failure-of.ts'
import { NEVER } from './engine-stage.ts'
import { putImage, withRegistry } from './image-in-memory.ts'

const BLOB = 'a'.repeat(40)
const JOB = { repositoryId: 7, repository: 'acme/shop', sha: BLOB, committed: 100_000, attempt: 1 } as Job
const WEB = {
  entry: { service_name: 'web', version: '1.4.2', type: 'Docker' },
  context: {
    files: new Map(),
    dockerfile: 'Dockerfile',
    dockerfileBytes: Buffer.from('FROM scratch'),
    dockerfileBlob: BLOB,
  },
  source: 'sha256:0',
} as unknown as ToBuild

const LOG = { write: () => {} } as unknown as Parameters<typeof stageImage>[3]

/** A shop whose engine pushes an image for each build; `built` has their platforms. */
function shopAt(registry: Registry, config: object = {}) {
  const built: unknown[] = []
  const shop = {
    config: { registry: '127.0.0.1:5000', githubUrl: 'https://github.com', ...config },
    grants: async () => ({ secrets: new Map(), logins: new Map() }),
    secrets: { need: async () => 'x' },
    toldTimes: openToldTimes(),
    registry,
    engines: oneEngine({
      build: async ({ platform }) => void built.push(platform),
      push: (_repository, tag) => putImage(registry, 'staging/web', tag, { platform: String(built.at(-1)) }),
      remove: async () => {},
    }),
  } as unknown as Workshop
  return { shop, built }
}
const webFor = (...platforms: string[]) => ({ ...WEB, entry: { ...WEB.entry, platforms } }) as ToBuild

const staging = suite('an image that is staged')
staging(
  'for several platforms is an index of images that were built one after another',
  withRegistry(async (registry) => {
    const { shop, built } = shopAt(registry)
    const todo = webFor('linux/amd64', 'linux/arm/v7')
    const { digest, size } = await stageImage(shop, JOB, todo, LOG, NEVER)
    assert.equal(built, ['linux/amd64', 'linux/arm/v7'])
    const index = await registry.manifest('staging/web', BLOB)
    assert.is(index?.digest, digest)
    assert.is(index?.mediaType, 'application/vnd.oci.image.index.v1+json')
    const { manifests, annotations } = JSON.parse(String(index?.bytes))
    assert.equal(
      manifests.map(({ platform }: { platform: object }) => platform),
      [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm', variant: 'v7' },
      ],
    )
    assert.equal(
      [annotations['artefacto.source.digest'], annotations['org.opencontainers.image.revision']],
      ['sha256:0', BLOB],
    )
    let layers = 0
    for (const child of manifests) {
      const manifest = await registry.manifest('staging/web', child.digest)
      assert.equal([child.mediaType, child.size], [manifest?.mediaType, manifest?.bytes.length])
      layers += layersSize(manifest?.bytes as Buffer)
    }
    assert.is(size, layers)
  }),
)
staging(
  'for one platform is that image, and without the key what the engine makes by itself',
  withRegistry(async (registry) => {
    for (const [todo, platform] of [
      [webFor('linux/arm64'), 'linux/arm64'],
      [WEB, undefined],
    ] as const) {
      const { shop, built } = shopAt(registry)
      const { digest } = await stageImage(shop, JOB, todo, LOG, NEVER)
      assert.equal(built, [platform])
      const manifest = await registry.manifest('staging/web', digest)
      assert.ok('layers' in JSON.parse(String(manifest?.bytes)))
    }
  }),
)
staging(
  'is too large where all platforms together are',
  withRegistry(async (registry) => {
    const { size } = await stageImage(shopAt(registry).shop, JOB, WEB, LOG, NEVER)
    const { shop } = shopAt(registry, { imageSize: size })
    await stageImage(shop, JOB, webFor('linux/amd64'), LOG, NEVER)
    const both = webFor('linux/amd64', 'linux/arm64')
    assert.is((await failureOf(stageImage(shop, JOB, both, LOG, NEVER))).code, 'build_failed')
  }),
)
staging('offers its files under another key once a build did not end well', async () => {
  const keys: string[] = []
  const shop = {
    config: { registry: '127.0.0.1:5000', githubUrl: 'https://github.com' },
    grants: async () => ({ secrets: new Map(), logins: new Map() }),
    toldTimes: openToldTimes(),
    engines: oneEngine({
      build: async ({ offer }) => {
        keys.push(offer.key)
        throw new Failure('engine_down', 'gone')
      },
    }),
  } as unknown as Workshop
  for (let attempt = 0; attempt < 2; attempt += 1)
    await stageImage(shop, JOB, WEB, LOG, NEVER).then(
      () => assert.unreachable(),
      (error: Failure) => assert.is(error.code, 'engine_down'),
    )
  assert.is(new Set(keys).size, 2)
})
staging.run()

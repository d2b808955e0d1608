import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { getArtifact, putArtifact } from '../../functions/shared/artifact.ts'
import { digestOf } from '../../functions/shared/digest.ts'
import { failureOf } from '../support/failure-of.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'

const EMPTY = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
const TYPE = 'application/vnd.artefacto.test.v1+json'

const artifacts = suite('artifact')
const test = hasRegistry ? artifacts : artifacts.skip
let real: RealRegistry
artifacts.before(async () => {
  if (hasRegistry) real = await startRealRegistry()
})
artifacts.after(async () => {
  await real?.stop()
})

test('comes back as it was, under each of its tags', async () => {
  const log = Buffer.from('a log')
  const digest = await real.registry.putBlob('records', log)
  const layer = {
    mediaType: 'text/plain',
    digest,
    size: log.length,
    annotations: { 'org.opencontainers.image.title': 'l' },
  }
  const annotations = { 'artefacto.reason': 'ü "quoted"\nline two \u0000 🚢', 'artefacto.empty': '' }
  const artifact = { artifactType: TYPE, annotations, layers: [layer] }
  await putArtifact(real.registry, 'records', ['one', 'newest'], artifact)
  const one = await getArtifact(real.registry, 'records', 'one')
  assert.equal(one, { ...artifact, digest: await real.registry.head('records', 'one') })
  assert.equal(await getArtifact(real.registry, 'records', 'newest'), one)
})
test('is undefined where there is none', async () => {
  assert.is(await getArtifact(real.registry, 'records', 'nothing'), undefined)
  assert.is(await getArtifact(real.registry, 'no/records', 'nothing'), undefined)
})
test('is an OCI manifest with the empty config, which other clients read', async () => {
  await putArtifact(real.registry, 'plain', ['x'], { artifactType: TYPE, annotations: {}, layers: [] })
  const manifest = await real.registry.manifest('plain', 'x')
  assert.is(manifest?.mediaType, 'application/vnd.oci.image.manifest.v1+json')
  const { annotations, ...rest } = JSON.parse(String(manifest?.bytes))
  assert.equal(Object.keys(annotations), ['artefacto.written'])
  assert.equal(rest, {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: TYPE,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY, size: 2, data: 'e30=' },
    layers: [],
  })
  assert.is((await real.registry.blob('plain', EMPTY)).toString(), '{}')
})
test('is refused while a layer is missing, and leaves the tag as it was', async () => {
  const artifact = { artifactType: TYPE, annotations: { a: '1' }, layers: [] }
  await putArtifact(real.registry, 'layered', ['x'], artifact)
  const layers = [{ mediaType: 'text/plain', digest: digestOf(Buffer.from('never stored')), size: 1 }]
  const { code, message } = await failureOf(
    putArtifact(real.registry, 'layered', ['x'], { ...artifact, layers }),
  )
  assert.is(code, 'registry_error')
  assert.match(message, 'MANIFEST_BLOB_UNKNOWN')
  assert.equal((await getArtifact(real.registry, 'layered', 'x'))?.annotations, { a: '1' })
})
test('may hold a reason of half a megabyte', async () => {
  const annotations = { reason: 'x'.repeat(500_000) }
  await putArtifact(real.registry, 'long', ['x'], { artifactType: TYPE, annotations, layers: [] })
  assert.equal((await getArtifact(real.registry, 'long', 'x'))?.annotations, annotations)
})
test('of somebody else is read as far as it goes', async () => {
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }))
  const digest = await real.registry.putManifest(
    'foreign',
    'x',
    'application/vnd.oci.image.index.v1+json',
    index,
  )
  assert.equal(await getArtifact(real.registry, 'foreign', 'x'), {
    artifactType: '',
    annotations: {},
    layers: [],
    digest,
  })
})
artifacts.run()

import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../functions/shared/digest.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import {
  type RegistryAnswer,
  type RegistryCall,
  registryTransport,
} from '../../functions/shared/registry-transport.ts'
import { failureOf } from '../support/failure-of.ts'
import { hasRegistry, type RealRegistry, startRealRegistry } from './real-registry.ts'

const OCI = 'application/vnd.oci.image.manifest.v1+json'
const INDEX = 'application/vnd.oci.image.index.v1+json'
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json'
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
const NONE = digestOf(Buffer.from('never stored'))

const verbs = suite('registry')
const test = hasRegistry ? verbs : verbs.skip
let real: RealRegistry
verbs.before(async () => {
  if (hasRegistry) real = await startRealRegistry()
})
verbs.after(async () => {
  await real?.stop()
})

type Perform = (repository: string, call: RegistryCall) => Promise<RegistryAnswer>
/** The real registry, with something between it and us. */
const through = (between: (perform: Perform) => Perform) =>
  openRegistry(between(registryTransport(real.url, real.secrets)))

/** A manifest that points to blobs of its own; `seed` makes it another one. */
async function image(repository: string, seed: string, mediaType = OCI) {
  const config = Buffer.from(JSON.stringify({ seed }))
  const layer = Buffer.from(`layer of ${seed}`)
  const [of, layers] = [
    await real.registry.putBlob(repository, config),
    await real.registry.putBlob(repository, layer),
  ]
  const parts = {
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: of, size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layers, size: layer.length }],
  }
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...parts }, null, 3))
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

test('is known as one that takes the images of an index, empty or not', async () => {
  assert.equal(await real.registry.repositories(''), [])
  assert.not(await real.registry.keepsIndexes())
  await real.registry.putManifest('kept', 'one', OCI, await image('kept', 'one'))
  assert.not(await real.registry.keepsIndexes())
})
test('answers a ping', () => real.registry.ping())
test('has nothing where nothing was put', async () => {
  assert.is(await real.registry.head('none', 'latest'), undefined)
  assert.is(await real.registry.manifest('none', 'latest'), undefined)
  assert.is(await real.registry.head('none', NONE), undefined)
  assert.equal(await real.registry.tags('none'), [])
})
test('keeps a blob, byte for byte, whatever the bytes', async () => {
  for (const bytes of [
    Buffer.from([0, 0xff, 0x0a, 0x1f, 0x8b]),
    Buffer.alloc(3_000_000, 'x'),
    Buffer.alloc(0),
  ]) {
    const digest = await real.registry.putBlob('blobs', bytes)
    assert.is(digest, digestOf(bytes))
    assert.ok((await real.registry.blob('blobs', digest)).equals(bytes))
  }
})
test('takes and gives a blob of any size as it comes', async () => {
  async function* pieces() {
    // More than an answer may have that comes as a whole.
    for (let piece = 0; piece < 70; piece += 1) yield Buffer.alloc(1_000_003, piece)
  }
  const { digest, size } = await real.registry.putStream('streams', pieces())
  assert.is(size, 70 * 1_000_003)
  const hash = createHash('sha256')
  for await (const chunk of await real.registry.blobStream('streams', digest)) hash.update(chunk)
  assert.is(`sha256:${hash.digest('hex')}`, digest)
  assert.is(digest, digestOf(Buffer.concat(await collected(pieces()))))
})
test('takes an empty stream', async () => {
  const { digest, size } = await real.registry.putStream('streams', Readable.from([]))
  assert.equal({ digest, size }, { digest: digestOf(Buffer.alloc(0)), size: 0 })
})
test('has nothing of a stream that breaks off', async () => {
  async function* broken() {
    yield Buffer.from('half of it')
    throw new Error('the sender has gone')
  }
  assert.is((await failureOf(real.registry.putStream('streams', broken()))).code, 'registry_down')
  const digest = digestOf(Buffer.from('half of it'))
  assert.is((await failureOf(real.registry.blobStream('streams', digest))).code, 'registry_error')
})
test('refuses a stream that is not its digest', async () => {
  const { digest } = await real.registry.putStream('streams', Readable.from([Buffer.from('true')]))
  const lying = through((perform) => async (repository, call) => ({
    ...(await perform(repository, call)),
    ...(call.streams && { stream: Readable.from([Buffer.from('false')]) }),
  }))
  const stream = await lying.blobStream('streams', digest)
  assert.is((await failureOf(collected(stream))).code, 'registry_error')
})
test('does not send a blob twice', async () => {
  const methods: string[] = []
  const counting = through((perform) => (repository, call) => {
    methods.push(call.method)
    return perform(repository, call)
  })
  await counting.putBlob('twice', Buffer.from('once'))
  await counting.putBlob('twice', Buffer.from('once'))
  assert.equal(methods, ['HEAD', 'POST', 'PUT', 'HEAD'])
})
test('refuses a blob that is not there', async () => {
  const { code, message } = await failureOf(real.registry.blob('blobs', NONE))
  assert.is(code, 'registry_error')
  assert.match(message, /answered 404 to GET blobs: BLOB_UNKNOWN/)
})
test('refuses a blob whose bytes changed on the way to us', async () => {
  const digest = await real.registry.putBlob('blobs', Buffer.from('right'))
  const lying = through((perform) => async (repository, call) => {
    return { ...(await perform(repository, call)), body: Buffer.from('wrong') }
  })
  const { code, message } = await failureOf(lying.blob('blobs', digest))
  assert.equal([code, message], ['registry_error', `the registry gave other bytes than ${digest}`])
})
test('is told by the registry of a blob whose bytes changed on the way there', async () => {
  const garbled = through(
    (perform) => (repository, call) =>
      perform(repository, call.body ? { ...call, body: Buffer.from('wrong') } : call),
  )
  const { code, message } = await failureOf(garbled.putBlob('blobs', Buffer.from('sound')))
  assert.is(code, 'registry_error')
  assert.match(message, /answered 400 to PUT blobs: DIGEST_INVALID/)
})

test('keeps a manifest of each kind as the bytes that were put, never converted', async () => {
  const child = await image('kinds', 'child')
  const digest = await real.registry.putManifest('kinds', 'child', OCI, child)
  const index = (mediaType: string) =>
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        manifests: [{ mediaType: OCI, digest, size: child.length }],
      }),
    )
  const kinds: [string, Buffer][] = [
    [OCI, await image('kinds', 'oci')],
    [DOCKER, await image('kinds', 'docker', DOCKER)],
    [INDEX, index(INDEX)],
    [DOCKER_LIST, index(DOCKER_LIST)],
  ]
  for (const [mediaType, bytes] of kinds) {
    const put = await real.registry.putManifest('kinds', 'it', mediaType, bytes)
    assert.is(put, digestOf(bytes))
    assert.is(await real.registry.head('kinds', 'it'), put)
    assert.equal(await real.registry.manifest('kinds', 'it'), { digest: put, mediaType, bytes })
    assert.equal(await real.registry.manifest('kinds', put), { digest: put, mediaType, bytes })
  }
})
test('does not see a manifest whose kind it does not accept: why all four are named', async () => {
  await real.registry.putManifest('trap', 'it', OCI, await image('trap', 'trap'))
  const deaf = through(
    (perform) =>
      (repository, { headers: _, ...call }) =>
        perform(repository, call),
  )
  assert.is(await deaf.head('trap', 'it'), undefined)
  assert.ok(await real.registry.head('trap', 'it'))
})
test('moves a tag that is put again', async () => {
  await real.registry.putManifest('moves', 'latest', OCI, await image('moves', 'one'))
  const second = await real.registry.putManifest('moves', 'latest', OCI, await image('moves', 'two'))
  assert.is(await real.registry.head('moves', 'latest'), second)
})
test('says in the registry’s words why it refuses a manifest', async () => {
  const bytes = await image('other', 'elsewhere')
  const { code, message } = await failureOf(real.registry.putManifest('empty', 'latest', OCI, bytes))
  assert.is(code, 'registry_error')
  assert.match(message, /^the registry answered 400 to PUT empty: MANIFEST_BLOB_UNKNOWN /)
  assert.ok(message.length < 300)
})
test('deletes a manifest with every tag of its repository, and of no other', async () => {
  const bytes = await image('gone', 'shared')
  await image('stays', 'shared')
  const digest = await real.registry.putManifest('gone', 'a', OCI, bytes)
  await real.registry.putManifest('gone', 'b', OCI, bytes)
  const other = await real.registry.putManifest('gone', 'c', OCI, await image('gone', 'other'))
  await real.registry.putManifest('stays', 'a', OCI, bytes)
  await real.registry.deleteManifest('gone', digest)
  assert.equal(
    [await real.registry.head('gone', 'a'), await real.registry.head('gone', 'b')],
    [undefined, undefined],
  )
  assert.is(await real.registry.head('gone', 'c'), other)
  assert.is(await real.registry.head('stays', 'a'), digest)
  await real.registry.deleteManifest('gone', digest)
  await real.registry.deleteManifest('never', digest)
  assert.is(await real.registry.putManifest('gone', 'a', OCI, bytes), digest)
  assert.is(await real.registry.head('gone', 'a'), digest)
})

test('mounts a blob of another repository, so that a manifest can point to it', async () => {
  const bytes = await image('staging/web', 'mounted')
  const { config, layers } = JSON.parse(bytes.toString())
  for (const { digest } of [config, ...layers]) await real.registry.mountBlob('web', digest, 'staging/web')
  const digest = await real.registry.putManifest('web', '1.0', OCI, bytes)
  assert.is(await real.registry.head('web', '1.0'), digest)
  assert.is((await real.registry.blob('web', config.digest)).toString(), '{"seed":"mounted"}')
})
test('does not take a mount that only opened an upload for a mount', async () => {
  const { code, message } = await failureOf(real.registry.mountBlob('web', NONE, 'staging/web'))
  assert.is(code, 'registry_error')
  assert.match(message, 'answered 202 to POST web')
})

test('lists tags sorted, each once', async () => {
  const bytes = await image('listed', 'all')
  for (const tag of ['b', '10', 'a', '9', 'B', 'a'])
    await real.registry.putManifest('listed', tag, OCI, bytes)
  assert.equal(await real.registry.tags('listed'), ['10', '9', 'B', 'a', 'b'])
})
test('follows the pages of the catalog, and gives what begins with the prefix', async () => {
  const names = ['paged/a', 'paged/b', 'paged/c', 'paged/d', 'paged/e', 'pages']
  for (const name of names) await real.registry.putManifest(name, 'x', OCI, await image(name, name))
  const paths: string[] = []
  const small = through((perform) => (repository, call) => {
    paths.push(call.path)
    return perform(repository, { ...call, path: call.path.replace('n=1000', 'n=2') })
  })
  assert.equal(await small.repositories('paged/'), names.slice(0, 5))
  assert.ok(paths.length > 3, `${paths.length} pages`)
})
verbs.run()

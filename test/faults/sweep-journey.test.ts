import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SOURCE_LABEL } from '../../functions/build/source-digest.ts'
import { dockerAt } from '../../local/docker.ts'
import { building, engineAt, NEVER } from '../build/engine-stage.ts'
import { REPOSITORY } from '../support/journey.ts'
import { halfDelete } from '../support/tear.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'

const sweep = suite('what a process left that is gone')
let world: FaultWorld
sweep.before(async () => {
  world = await openFaultWorld()
})
sweep.after(() => world.close())

/** Puts a published image into staging again, as a process that died before its cleanup had it there. */
async function stage(service: string, version: string, sha: string): Promise<void> {
  const manifest = await world.registry.manifest(service, version)
  assert.ok(manifest)
  const { config, layers } = JSON.parse(manifest.bytes.toString()) as {
    config: { digest: string }
    layers: { digest: string }[]
  }
  for (const { digest } of [config, ...layers])
    await world.registry.mountBlob(`staging/${service}`, digest, service)
  await world.registry.putManifest(`staging/${service}`, sha, manifest.mediaType, manifest.bytes)
}

/** Whether the engine has `staging/<service>:<sha>`. */
async function has(service: string, sha: string): Promise<boolean> {
  const image = dockerAt(world.engine.host).getImage(`${world.host}/staging/${service}:${sha}`)
  return image.inspect().then(
    () => true,
    () => false,
  )
}

async function imageNamed(
  service: string,
  sha: string,
  labels: Record<string, string>,
  host = world.host,
): Promise<string> {
  const image = `${host}/staging/${service}:${sha}`
  const files = { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }
  await engineAt(world.engine.host).build(building(files, { image, labels }), () => {}, NEVER)
  return image
}

sweep(
  'is taken away at the next start, and an image of ours alone: what has not our labels stays',
  async () => {
    const merge = await world.mergeBoth()
    const { sha } = merge
    await world.judge(merge)
    for (const service of ['web', 'api']) await stage(service, '1.1.0', sha)
    await imageNamed('web', sha, { [SOURCE_LABEL]: 'v1:00', 'org.opencontainers.image.revision': sha })
    await imageNamed('api', sha, { 'org.opencontainers.image.revision': sha })
    await world.stack.gateway.restart('build')
    await world.until('an empty staging', async () => (await world.registry.tags('staging/api')).length === 0)
    await world.until('an engine without ours', async () => !(await has('web', sha)))
    assert.ok(await has('api', sha), 'the image without our label')
    await dockerAt(world.engine.host).getImage(`${world.host}/staging/api:${sha}`).remove()
    await world.judge(merge)
  },
)

sweep('is a tag without its manifest, where the registry was killed while it deleted', async () => {
  const merge = await world.mergeBoth()
  await world.judge(merge)
  await stage('web', merge.versions.web ?? '', merge.sha)
  halfDelete(world.state.registry, 'staging/web', merge.sha)
  assert.is(await world.registry.head('staging/web', merge.sha), undefined)
  assert.equal(await world.registry.tags('staging/web'), [merge.sha])
  await world.stack.gateway.restart('build')
  await world.judge(merge)
})

sweep('in the engine alone is found there by its name, and the same commit of another stays', async () => {
  const merge = await world.mergeBoth()
  const { sha } = merge
  await world.judge(merge)
  const labels = { [SOURCE_LABEL]: 'v1:00', 'org.opencontainers.image.revision': sha }
  const source = 'https://github.com/acme/fork'
  const another = { ...labels, 'org.opencontainers.image.source': source }
  const theirs = dockerAt(world.engine.host).getImage(await imageNamed('web', sha, another, '127.0.0.1:1'))
  await imageNamed('web', sha, labels)
  await world.stack.gateway.restart('build')
  await world.until('an engine without ours', async () => !(await has('web', sha)))
  await world.judge(merge)
  await theirs.remove()
})

sweep('of a method call is a record that says so, and the call can be made again', async () => {
  const ask = { service_name: 'web', version: '9.0.0', type: 'Docker', repository: REPOSITORY }
  const there = world.faulty.hold({ steps: [/^GET \/v2\/staging\/web\/manifests\/sha256:/] })
  const call = world.call('/function/build', ask).catch(() => undefined)
  await there
  world.kill('build')
  world.faulty.release()
  await call
  const interrupted = await world.until('the word of the next process', async () => {
    const [id = ''] = (await world.ledger.buildIds('web')).filter((name) => name.includes('-m'))
    const record = await world.ledger.build('web', id)
    return record?.state === 'error' && record
  })
  assert.match(interrupted.reason ?? '', /interrupted: .*call the build method again/)
  await world.until('an empty staging', async () => (await world.registry.tags('staging/web')).length === 0)
  const again = await world.call('/function/build', ask)
  assert.is(again.status, 200, await again.clone().text())
  await world.badge('web', '9.0.0')
})

sweep('cannot be rolled forward where staging was emptied: it is built again', async () => {
  const there = world.faulty.hold({ steps: [/^PUT \/v2\/api\/manifests\/1\./] })
  const merge = await world.mergeBoth()
  await there
  const id = await world.id()
  const half = await world.ledger.merge(id, merge.sha)
  assert.is(half?.state, 'publishing')
  const staged = half?.services.find(({ name }) => name === 'api')?.digest ?? ''
  await world.registry.deleteManifest('staging/api', staged)
  world.kill('build')
  world.faulty.release()
  await world.judge(merge)
})

sweep.run()

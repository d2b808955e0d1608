import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../functions/shared/failure.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { type Registry, startRegistry } from '../../local/registry.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { failureOf } from '../support/failure-of.ts'
import { freePort } from '../support/free-port.ts'
import { building, NEVER, openStage, type Stage } from './engine-stage.ts'

let stage: Stage
let registry: Registry
const secret = (name: string) => readFileSync(join(stage.state.secrets, name), 'utf8').trim()
const auth = () => ({ username: secret('registry-user'), password: secret('registry-password') })
const repository = () => `${registry.host}/staging/web`

/** Builds a small image under a tag of the registry. */
async function built(tag: string, at = repository()): Promise<void> {
  const files = { Dockerfile: `FROM scratch\nLABEL tag=${tag}\nCOPY Dockerfile /\n` }
  await stage.engine.build(building(files, { image: `${at}:${tag}` }), () => {}, NEVER)
}

const pushes = suite('engine push')
pushes.before(async () => {
  stage = await openStage()
  await makeSecrets(stage.state)
  const port = await freePort()
  registry = await startRegistry({ state: stage.state, engine: stage.local, port, say: () => {} })
})
pushes.after(async () => {
  for (const tag of ['one', 'two', 'three', 'four']) await stage.engine.remove(`${repository()}:${tag}`)
  await registry.stop()
  await stage.end()
})

pushes('gives the digest that the registry itself says, over TLS and with the password', async () => {
  await built('one')
  const digest = await stage.engine.push(repository(), 'one', auth(), NEVER)
  assert.match(digest, /^sha256:[0-9a-f]{64}$/)
  const reached = openRegistry(registryTransport(registry.url, secretsIn(stage.state.secrets)))
  assert.is(await reached.head('staging/web', 'one'), digest)
  assert.is((await reached.manifest('staging/web', digest))?.digest, digest)
  assert.is(await stage.engine.push(repository(), 'one', auth(), NEVER), digest)
})
pushes('tells of a wrong password, and does not say it', async () => {
  await built('two')
  const wrong = { ...auth(), password: 'wrong-password' }
  const failure = await failureOf(() => stage.engine.push(repository(), 'two', wrong, NEVER))
  assert.equal([failure.code, failure.outcome], ['registry_error', 'error'])
  assert.match(failure.message, /^the push to the registry failed: .*unauthorized/i)
  assert.not.match(failure.message, /wrong-password/)
})
pushes('tells of a registry that is not there', async () => {
  const nowhere = `127.0.0.1:${await freePort()}/staging/web`
  await built('three', nowhere)
  const failure = await failureOf(() => stage.engine.push(nowhere, 'three', auth(), NEVER))
  await stage.engine.remove(`${nowhere}:three`)
  assert.equal([failure.code, failure.outcome], ['registry_down', 'error'])
  assert.match(failure.message, /connection refused/)
})
pushes('does not lay an image that the engine has lost at the repository', async () => {
  const failure = await failureOf(() => stage.engine.push(repository(), 'lost', auth(), NEVER))
  assert.is(failure.outcome, 'error')
  assert.match(failure.message, /^the push to the registry failed: .*does not exist/)
})
pushes('ends when the signal has said so', async () => {
  await built('four')
  const stop = AbortSignal.abort(new Failure('build_timeout'))
  assert.is(
    (await failureOf(() => stage.engine.push(repository(), 'four', auth(), stop))).code,
    'build_timeout',
  )
})
pushes.run()

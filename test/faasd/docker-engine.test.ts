import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Engine } from '../../functions/build/engine.ts'
import { dialSession, engineClient } from '../../functions/build/engine-client.ts'
import { NO_GRANTS } from '../../functions/build/grants.ts'
import { openSession } from '../../functions/build/session.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { dockerAt } from '../../local/docker.ts'
import { startRegistry } from '../../local/registry.ts'
import { makeSecrets } from '../../local/secrets.ts'
import {
  building,
  engineAt,
  NEVER,
  offering,
  openStage as openEngine,
  run,
  runs,
} from '../build/engine-stage.ts'
import { failureOf } from '../support/failure-of.ts'
import { freePort } from '../support/free-port.ts'
import { exchange, openStage, request, type Stage, statusOf } from './docker-stage.ts'

let real: Awaited<ReturnType<typeof openEngine>>
let stage: Stage
let engine: Engine
const address = () => `tcp://127.0.0.1:${stage.port}`
const docker = () => engineClient(address(), secretsIn(stage.secrets))
const refused = (call: Promise<unknown>) =>
  call.then(
    () => 'passed',
    (error) => `${error.statusCode} ${error.json?.message ?? error.message}`,
  )
/** The engine's answer, and that of the proxy or the end. */
const REFUSED_TWICE = /HTTP\/1\.1 [\s\S]*HTTP\/1\.1 \d+ [\s\S]*\r\n\r\n/
const REFUSED = /^403 .*refused by the Docker policy proxy/
/** What a build of this file alone runs. */
const script = `setTimeout(()=>console.log('late'),4e3)//${Date.now()}`

const proxied = suite('a real engine behind the Docker policy proxy')

proxied.before(async () => {
  real = await openEngine()
  stage = await openStage(real.local.host.slice('unix://'.length))
  engine = engineAt(address(), stage.secrets)
})

proxied.after(async () => {
  await stage.end()
  await real.end()
})

proxied('builds with a session, over seconds in which nothing is said', async () => {
  assert.is(await engine.version(), real.local.version)
  const what = building(
    { Dockerfile: `FROM ${real.base}\nARG WORD\n${run(script)}` },
    { args: { WORD: "ä b'()*~!;+&=%" }, labels: { 'artefacto.source.digest': 'v1:abc' } },
  )
  let log = ''
  await engine.build(what, (text) => (log += text), NEVER)
  assert.match(log, /^#\d+ late$/m)
  const image = (await docker()).getImage(what.image)
  assert.is((await image.inspect()).Config.Labels['artefacto.source.digest'], 'v1:abc')
  await image.tag({ repo: '127.0.0.1:1/again', tag: 'x' })
  await engine.remove('127.0.0.1:1/again:x')
  await engine.remove(what.image)
  await engine.remove(what.image)
})

proxied('builds for another platform, pushes, and hears from the registry what the digest is', async () => {
  await makeSecrets(real.state)
  const port = await freePort()
  const registry = await startRegistry({ state: real.state, engine: real.local, port, say: () => {} })
  const secret = (name: string) => readFileSync(join(real.state.secrets, name), 'utf8').trim()
  const auth = { username: secret('registry-user'), password: secret('registry-password') }
  const repository = `${registry.host}/staging/web`
  const what = building(
    { Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' },
    { image: `${repository}:one`, platform: 'linux/arm/v7' },
  )
  await engine.build(what, () => {}, NEVER)
  assert.match(await engine.push(repository, 'one', auth, NEVER), /^sha256:[0-9a-f]{64}$/)
  await engine.remove(what.image)
  await registry.stop()
})

proxied('prunes its cache to a size', async () => {
  // Nobody's cache is as large: this engine may be somebody's.
  assert.is(await engine.prune(900e12), 0)
})

proxied('refuses what would be root on the host, in the words of Docker', async () => {
  const client = await docker()
  const privileged = { Image: real.base, HostConfig: { Privileged: true } }
  assert.match(await refused(client.listContainers()), REFUSED)
  assert.match(await refused(client.createContainer(privileged)), REFUSED)
  assert.match(await refused(client.pull('x')), REFUSED)
  for (const more of [{ networkmode: 'host' }, { remote: 'http://127.0.0.1/x' }, { outputs: '[]' }])
    assert.match(await refused(client.buildImage(Readable.from([]), more)), REFUSED)
})

proxied('reads no second request where the engine refuses a session', async () => {
  const session = await openSession(dialSession(await docker()), NO_GRANTS, offering({}))
  const hidden = request('GET /containers/json')
  for (const connection of ['Upgrade, close', 'Upgrade', 'Upgrade, keep-alive']) {
    const head = [
      'POST /session HTTP/1.1',
      `Connection: ${connection}`,
      'Upgrade: h2c',
      `X-Docker-Expose-Session-Uuid: ${session.id}`,
      'Host: artefacto-docker',
    ]
    const answer = await exchange(stage, `${head.join('\r\n')}\r\n\r\n${hidden}`, REFUSED_TWICE)
    assert.ok(statusOf(answer) >= 400, answer)
    assert.not.match(answer, /^HTTP\/1\.1 [12]/m)
  }
  session.close()
})

proxied('ends the RUN of a build whose client has gone', async () => {
  const mark = `gone-${process.pid}`
  const stop = new AbortController()
  const script = `console.log('begun');setTimeout(()=>{},6e5);//${mark}`
  const what = building({ Dockerfile: `FROM ${real.base}\n${run(script)}` })
  const ending = failureOf(
    engine.build(
      what,
      (text) => {
        if (!/^#\d+ begun$/m.test(text)) return
        assert.ok(runs(mark))
        stop.abort(new Failure('build_timeout'))
      },
      stop.signal,
    ),
  )
  assert.is((await ending).code, 'build_timeout')
  const deadline = Date.now() + 20_000
  while (runs(mark) && Date.now() < deadline) await wait(50)
  assert.not(runs(mark))
})

proxied('says that the engine cannot be reached, which is no fault of a build', async () => {
  const alone = await openStage('/nowhere/docker.sock')
  const lost = engineAt(`tcp://127.0.0.1:${alone.port}`, alone.secrets)
  const { code, message } = await failureOf(lost.version())
  assert.is(code, 'engine_down')
  assert.match(message, /cannot reach the Docker Engine/)
  await alone.end()
})

proxied('leaves nothing of a build in the engine but its cache', async () => {
  const there = await dockerAt(real.local.host).listContainers({ all: true })
  // Other tests have theirs in the same engine.
  assert.equal(
    there.filter(({ Command }) => Command.includes(script)),
    [],
  )
})

proxied.run()

import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import { openState, type State } from '../../local/state.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { type Canaries, filesBelow, found, type Place } from './canaries.ts'
import { type EngineTap, tapEngine } from './engine-tap.ts'
import { type Sight, spy, thieves } from './spies.ts'

/** Those that a person puts there, or that other ways to run artefacto have; the others are made at the start. */
const PLANTED = [
  'github-token',
  'github-app-key',
  'aws-credentials',
  'docker-key',
  'docker-cert',
  'pull-password',
]
const MADE = ['webhook-secret', 'payload-secret', 'registry-password', 'basic-auth-password', 'notify-secret']
const SECRETS = [...MADE, ...PLANTED]

const contained = suite('a build is contained')
const environment = randomBytes(24).toString('hex')
let world: Journey
let tap: EngineTap
let engine: Engine
let engineState: State
let canaries: Canaries
let base: string

contained.before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-contained-'))
  mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 })
  for (const name of PLANTED)
    writeFileSync(join(folder, 'secrets', name), randomBytes(24).toString('base64url'))
  // Before the world has one: what build is told is where the tap listens.
  engineState = openState(mkdtempSync(join(tmpdir(), 'artefacto-engine-')))
  engine = await findOrStartEngine({ state: engineState, say: () => {} })
  tap = await tapEngine(engine.host, engineState.folder)
  world = await openJourney(() => ({ build: { docker_host: tap.host, planted: environment } }), { folder })
  const secrets = SECRETS.map((name) => [name, readFileSync(join(folder, 'secrets', name), 'utf8').trim()])
  canaries = { ...Object.fromEntries(secrets), environment }
  base = await hostNodeImage(world.engine)
})
contained.after(async () => {
  tap.close()
  await world.close()
  await engine.stop()
  engineState.close()
  rmSync(engineState.folder, { recursive: true, force: true })
})

const logOf = async (name: string): Promise<string> => {
  const history = (await (await world.page(`${name}/builds.json`)).json()) as { builds: { log: string }[] }
  return (await world.page(`${name}/${history.builds[0]?.log}`)).text()
}
const sightOf = async (name: string): Promise<Sight> =>
  JSON.parse(/SIGHT (.*)/.exec(await logOf(name))?.[1] ?? '{}') as Sight

contained('sees no socket, no secret and nothing of our environment', async () => {
  const optional = SECRETS.map((name) => `--mount=type=secret,id=${name}`).join(' ')
  const files = { ...spy('spy', base), ...spy('nosy', base, optional) }
  const record = await world.merge({ ...images({ spy: '1.0.0', nosy: '1.0.0' }), ...files })
  assert.is(record.state, 'built', record.reason)
  for (const name of ['spy', 'nosy']) {
    const sight = await sightOf(name)
    assert.equal(sight.sockets, [])
    assert.equal(sight.docker, { '/var/run/docker.sock': 'ENOENT', '/run/docker.sock': 'ENOENT' })
    assert.equal(sight.secrets, [])
    assert.not.match(sight.mounts, /docker\.sock|\/secrets|artefacto-contained/)
    assert.not.match(sight.root.join(' '), /secrets|artefacto/)
    const ours = ['SOURCE_DATE_EPOCH', 'PATH', 'HOSTNAME', 'HOME', 'PWD', 'SHLVL', '_', 'LD_LIBRARY_PATH']
    assert.equal(
      Object.keys(sight.env).filter((key) => !ours.includes(key)),
      [],
    )
  }
})

contained('has the network that the engine gives it, not that of the host', async () => {
  assert.is.not((await sightOf('spy')).network, readlinkSync('/proc/self/ns/net'))
})

contained('fails where it must have a secret, an agent, the host or privileges', async () => {
  const wanting = thieves(base, SECRETS)
  const versions = Object.fromEntries(Object.keys(wanting).map((name) => [name, '1.0.0']))
  const files = Object.entries(wanting).map(([name, text]) => [`${name}/Dockerfile`, text])
  const record = await world.merge({
    ...images({ ...versions, honest: '1.0.0' }),
    ...Object.fromEntries(files),
    ...service('honest', 'x'),
  })
  assert.is(record.state, 'failed')
  for (const { name, state, reason } of record.services) {
    assert.is(state, name === 'honest' ? 'held' : 'failed', `${name}: ${reason}`)
    const secret = /^wants-(.*)$/.exec(name)?.[1] ?? ''
    if (SECRETS.includes(secret)) assert.ok(/not found/.test(reason ?? ''), reason)
  }
})

contained('asks the engine for nothing but a build, a push and the end of a tag', async () => {
  const sent = tap.sent()
  const builds = [...sent.matchAll(/POST \/build\?(\S+) HTTP/g)].map(
    ([, query]) => new URLSearchParams(query),
  )
  assert.ok(builds.length >= 10, `${builds.length} builds`)
  for (const query of builds) {
    const allowed = ['version', 'session', 'remote', 't', 'dockerfile', 'buildargs', 'labels', 'target']
    assert.equal(
      [...query.keys()].filter((key) => !allowed.includes(key)),
      [],
    )
    assert.is(query.get('remote'), 'client-session')
    assert.equal(Object.keys(JSON.parse(query.get('buildargs') ?? '')), ['SOURCE_DATE_EPOCH'])
  }
  const calls = [...sent.matchAll(/^(GET|POST|PUT|DELETE|HEAD) (\/[^\s?]*)\S* HTTP\/1\.1\r$/gm)]
  const kinds = calls.map(
    ([, method, path = '']) => `${method} ${path.replace(/^\/images\/.*?(\/push|\/json)?$/, '/images$1')}`,
  )
  const known = [
    'GET /_ping',
    'POST /session',
    'POST /build',
    'POST /images/push',
    'GET /images/json',
    'DELETE /images',
  ]
  assert.equal(
    [...new Set(kinds)].filter((kind) => !known.includes(kind)),
    [],
  )
})

contained('is called on loopback, where our own doors ask for a password', async () => {
  let hits = 0
  const open = createServer((_request, response) => {
    hits += 1
    response.end('open')
  })
  await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve))
  const adds = {
    'adds-gateway': `${world.gateway}/system/functions`,
    'adds-registry': `${world.stack.registry.url}/v2/_catalog`,
    'adds-open': `http://127.0.0.1:${(open.address() as AddressInfo).port}/`,
  }
  const versions = Object.fromEntries(Object.keys(adds).map((name) => [name, '1.0.0']))
  const files = Object.entries(adds).map(([name, url]) => [
    `${name}/Dockerfile`,
    `FROM scratch\nADD ${url} /x\n`,
  ])
  const record = await world.merge({ ...images(versions), ...Object.fromEntries(files) })
  open.close()
  const states = record.services.map(({ name, state }) => [name, state])
  assert.equal(states, [
    ['adds-gateway', 'failed'],
    ['adds-registry', 'failed'],
    ['adds-open', 'held'],
  ])
  assert.ok(
    hits > 0,
    'the engine fetches nothing from loopback any more: docs/threat-model.md says that it does',
  )
})

contained('leaves none of our secrets in anything that was written or answered', async () => {
  const answers: Place[] = []
  for (const name of await world.ledger.services()) {
    for (const page of [`${name}.svg`, `${name}.json`, `${name}/builds.json`]) {
      const answer = await world.page(page)
      answers.push([page, `${JSON.stringify([...answer.headers])}${await answer.text()}`])
    }
    answers.push([`${name}'s log`, await logOf(name)])
  }
  const method = { service_name: 'wants-ssh', version: '2.0.0', type: 'Docker', repository: REPOSITORY }
  for (const path of ['/function/build', '/function/webhook', '/function/badge'])
    for (const secret of ['payload-secret', 'webhook-secret'])
      answers.push([
        path,
        await (await world.call(path, method, secret, { 'x-github-event': 'push' })).text(),
      ])
  const requests = world.github.requests.map(({ method, path, headers }): Place => {
    const { authorization = '', ...others } = headers
    const api = /^\/repos(?:itories)?\//.test(path)
    if (api && authorization === `Bearer ${canaries['github-token']}`) return [path, JSON.stringify(others)]
    return [`${method} ${path}`, JSON.stringify(headers)]
  })
  const toEngine = tap.sent().replace(/^(POST \/images\/\S+\/push\?[\s\S]*?\r\nX-Registry-Auth): .*/gim, '$1')
  const { folder } = world.state
  const kept = [join(folder, 'secrets'), join(folder, 'certs')]
  const places: Place[] = [
    ...filesBelow(folder, kept),
    ['lines of the functions', world.lines.join('\n')],
    ['to the engine', Buffer.from(toEngine, 'latin1')],
    ...answers,
    ...requests,
  ]
  assert.ok(requests.some(([path]) => path.includes('/tarball/')))
  assert.ok(places.length > 100, `${places.length} places`)
  assert.equal(found(places, canaries), [])
  assert.ok(found(places, { word: 'SIGHT {' }).length > 1, 'the search finds nothing that is there')
})
contained.run()

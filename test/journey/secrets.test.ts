import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import type { Files } from '../../local/github/server.ts'
import { building, engineAt, NEVER, run } from '../build/engine-stage.ts'
import { filesBelow, found, type Place } from '../faults/canaries.ts'
import { type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { openPrivateRegistry, type PrivateRegistry } from '../support/private-registry.ts'

const OTHER = `${REPOSITORY}-other`
const NPM = `npm_${randomBytes(18).toString('base64url')}`
const KEY = `${randomBytes(30).toString('base64')}\n${randomBytes(30).toString('base64')}\n`
const hash = (text: string) => createHash('sha256').update(text).digest('hex')

let company: PrivateRegistry
let world: Journey
let node: string
let base: string
let pinned: string

const put = (name: string, text: string) => writeFileSync(join(world.state.secrets, name), text)
const putSecrets = (npm = NPM) => put('build-secrets', JSON.stringify({ npm, key: KEY, pin: '123' }))
const one = (entry: object): Files => ({
  'images.json': JSON.stringify([{ version: '1.0.0', type: 'Docker', ...entry }]),
})
/** A service whose step runs the script with these secrets; what it writes to /out is the image. */
function stepping(name: string, secrets: string[], script: string): Files {
  const mounts = secrets.map((id) => `--mount=type=secret,id=${id},required=true `).join('')
  const step = run(script).replace('RUN ', `RUN ${mounts}`)
  return { [`${name}/Dockerfile`]: `FROM ${node} AS work\n${step}FROM scratch\nCOPY --from=work /out /\n` }
}
const logOf = async (record: MergeRecord): Promise<string> => {
  const [part] = record.services
  return (await world.page(`${part?.name}/builds/${part?.build}.log`)).text()
}
const why = (record: MergeRecord) => [record.state, record.code, record.services[0]?.reason ?? record.reason]

const secrets = suite('build secrets')
secrets.before(async () => {
  company = await openPrivateRegistry()
  const mine = ['npm', 'key', 'gone', 'pin'].map((name) => `${REPOSITORY}:${name}`)
  world = await openJourney(() => ({
    build: { build_secrets: mine.join(' '), base_registries: `${REPOSITORY}:${company.host}` },
  }))
  putSecrets()
  put('base-registries', company.config)
  await world.github.create(OTHER, { files: { 'README.md': '# other\n' } })
  node = await hostNodeImage(world.engine)
  const repository = `${company.host}/company/base`
  base = `${repository}:1`
  const engine = engineAt(world.engine.host)
  await engine.build(
    building({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { image: base }),
    () => {},
    NEVER,
  )
  pinned = `${repository}@${await engine.push(repository, '1', company.login, NEVER)}`
  await engine.remove(base)
})

secrets('are read by the step that mounts them, and masked where it prints them', async () => {
  // In two pieces, so that no message of the engine has all of it.
  const script = `
    const { readFileSync, writeFileSync } = require('node:fs')
    const [npm, key] = ['npm', 'key'].map((id) => readFileSync('/run/secrets/' + id, 'utf8'))
    const hash = (text) => require('node:crypto').createHash('sha256').update(text).digest('hex')
    writeFileSync('/out', hash(npm) + hash(key))
    process.stdout.write('begins ' + npm.slice(0, 9))
    setTimeout(() => console.log(npm.slice(9) + ' ends\\n' + key + 'hash ' + hash(npm) + ' ' + hash(key)), 800)
  `
  const files = {
    ...one({ service_name: 'web', secrets: ['npm', 'key'] }),
    ...stepping('web', ['npm', 'key'], script),
  }
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
  const log = await logOf(record)
  assert.match(log, /^#\d+ begins \*\*\* ends$/m)
  assert.match(log, /^(#\d+) \*\*\*\n\1 \*\*\*$/m)
  assert.match(log, `hash ${hash(NPM)} ${hash(KEY)}`)
})

secrets('do not change what an image is built from: another value leaves it unchanged', async () => {
  putSecrets(`${NPM}x`)
  const call = { service_name: 'web', version: '1.0.0', type: 'Docker', repository: REPOSITORY }
  const answer = await world.call('/function/build', call)
  assert.is(((await answer.json()) as { state: string }).state, 'unchanged')
  putSecrets()
})

secrets(
  'are masked in the log and the reason of a build that fails, and in what the method answers',
  async () => {
    const script = "console.log('says '+require('node:fs').readFileSync('/run/secrets/npm'));process.exit(3)"
    const files = { ...one({ service_name: 'bad', secrets: ['npm'] }), ...stepping('bad', ['npm'], script) }
    const record = await world.merge(files)
    assert.is(record.code, 'build_failed', record.reason)
    assert.match(await logOf(record), /^#\d+ says \*\*\*$/m)
    const call = { service_name: 'bad', version: '1.0.1', type: 'Docker', repository: REPOSITORY }
    const answer = await world.call('/function/build', call)
    assert.is(answer.status, 422)
    assert.match(((await answer.json()) as { log: string }).log, /^#\d+ says \*\*\*$/m)
  },
)

secrets('that images.json does not name are not found, whatever the operator allows', async () => {
  const files = { ...one({ service_name: 'thief', secrets: ['key'] }), ...stepping('thief', ['npm'], '0') }
  const [state, code, reason] = why(await world.merge(files))
  assert.equal([state, code], ['failed', 'build_failed'])
  assert.match(reason ?? '', /secret npm: not found|secret npm not found/)
})

const REFUSED: [name: string, repository: string, reason: string][] = [
  ['npm', OTHER, `the secret npm is not allowed to ${OTHER}; ask the operator (build_secrets)`],
  ['pip', REPOSITORY, `the secret pip is not allowed to ${REPOSITORY}; ask the operator (build_secrets)`],
  ['gone', REPOSITORY, 'there is no secret gone in build-secrets; ask the operator'],
  [
    'pin',
    REPOSITORY,
    'the secret pin is shorter than 4 characters and could not be kept out of logs; ask the operator',
  ],
]
for (const [name, repository, reason] of REFUSED)
  secrets(
    `refuse ${name} to ${repository === OTHER ? 'another' : 'the'} repository before anything is built`,
    async () => {
      const files = {
        ...one({ service_name: `wants-${name}`, secrets: [name] }),
        ...service(`wants-${name}`, 'x'),
      }
      const record = await world.merge(files, repository)
      assert.equal(why(record), ['failed', 'secret_refused', `wants-${name}: ${reason}`])
      const build = await world.ledger.build(`wants-${name}`, record.services[0]?.build ?? '')
      assert.is((build as BuildRecord).started, undefined)
    },
  )

secrets('that are being written just now are waited for', async () => {
  put('build-secrets', `{"npm": "${NPM.slice(0, 5)}`)
  const files = { ...one({ service_name: 'waits', secrets: ['npm'] }), ...service('waits', 'x') }
  const { sha } = await world.github.merge(REPOSITORY, { files })
  const id = await world.id()
  await world.until('a merge that waits', async () => {
    const record = await world.ledger.merge(id, sha)
    return (
      record?.state === 'queued' && record.reason === 'the secret build-secrets is not a JSON object of texts'
    )
  })
  putSecrets()
  await world.catchUp()
  await world.until('its end', async () => (await world.ledger.merge(id, sha))?.state === 'built')
})

secrets.run()

const bases = suite('a base image of a registry with a password')
bases('is pulled for the repository that may', async () => {
  const files = { ...one({ service_name: 'app' }), 'app/Dockerfile': `FROM ${base}\nLABEL x=1\n` }
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
})
bases('is refused to another, although the engine has it, by tag and by digest', async () => {
  for (const [name, image] of Object.entries({ tag: base, digest: pinned })) {
    const files = { ...one({ service_name: name }), [`${name}/Dockerfile`]: `FROM ${image}\nLABEL x=1\n` }
    const [state, code, reason] = why(await world.merge(files, OTHER))
    assert.equal([state, code], ['failed', 'base_refused'], reason)
    assert.match(reason ?? '', name === 'tag' ? /401 Unauthorized/ : /may not use the password of/)
    assert.is(await world.registry.head(name, '1.0.0'), undefined)
  }
})

bases.run()

const traces = suite('secrets and passwords')
traces('are in nothing that was written, answered or started', async () => {
  const docker = dockerAt(world.engine.host)
  const { DockerRootDir: root } = (await docker.info()) as { DockerRootDir: string }
  const answers: Place[] = []
  for (const name of await world.ledger.services())
    for (const page of [`${name}.svg`, `${name}.json`, name, `${name}/builds.json`])
      answers.push([page, await (await world.page(page)).text()])
  const environments = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid): Place[] =>
      ['environ', 'cmdline'].map((file) => [`/proc/${pid}/${file}`, bytesOf(`/proc/${pid}/${file}`)]),
    )
  const { folder } = world.state
  const places: Place[] = [
    ...filesBelow(folder, [join(folder, 'secrets'), join(folder, 'certs')]),
    ...['buildkit', 'image', 'containerd']
      .map((part) => join(root, part))
      .filter(existsSync)
      .flatMap((path) => [...filesBelow(path)]),
    ['lines of the functions', world.lines.join('\n')],
    ...answers,
    ...environments,
    ...world.github.requests.map(({ path, headers }): Place => [path, JSON.stringify(headers)]),
  ]
  const [one = '', two = ''] = KEY.split('\n')
  assert.equal(
    found(places, { npm: NPM, 'key, line 1': one, 'key, line 2': two, password: company.login.password }),
    [],
  )
  // What the step wrote into its image and its log: the search looks where a secret would be.
  assert.ok(found(places, { hash: hash(NPM) }).length > 1)
  assert.ok(
    environments.some(([, bytes]) => bytes.includes('base_registries=')),
    "build's environment is not seen",
  )
})
traces.after(async () => {
  await world.close()
  await company.close()
})
traces.run()

/** Of a file of /proc, whose process may be gone. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}

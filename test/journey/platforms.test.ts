import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Child } from '../../functions/build/image-index.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { collectLocal } from '../../local/collect-local.ts'
import { whereIs } from '../../local/debian.ts'
import { dockerAt } from '../../local/docker.ts'
import type { Files } from '../../local/github/server.ts'
import { refuseErrors } from '../../local/pull.ts'
import { type Journey, openJourney, REPOSITORY } from '../support/journey.ts'
import { inPlaceOfDebians, REGISTRY_3 } from '../support/registry-3.ts'
import { latest, statusesAt } from '../support/statuses.ts'

const BOTH = ['linux/amd64', 'linux/arm64']
let world: Journey

const images = (...entries: object[]): Files => ({
  'images.json': JSON.stringify(entries.map((entry) => ({ service_name: 'web', type: 'Docker', ...entry }))),
})
/** A service whose image has another file for each platform, and of both the word. */
const service = (name: string, word: string): Files => ({
  [`${name}/Dockerfile`]: 'FROM scratch\nARG TARGETARCH\nCOPY word for-$TARGETARCH /\n',
  [`${name}/word`]: word,
  [`${name}/for-amd64`]: 'amd64',
  [`${name}/for-arm64`]: 'arm64',
})
/** A Dockerfile whose step runs on this machine, whatever the image is for. */
const crossing = async (word: string) =>
  [
    `FROM --platform=$BUILDPLATFORM ${await hostNodeImage(world.engine)} AS compiler`,
    'ARG TARGETARCH',
    `RUN ["node", "-e", "fs.writeFileSync('/program', '${word} for ' + process.env.TARGETARCH)"]`,
    'FROM scratch',
    'COPY --from=compiler /program /',
  ].join('\n')
async function built(files: Files) {
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
  return record
}
async function json(repository: string, reference: string) {
  const manifest = await world.registry.manifest(repository, reference)
  return JSON.parse(String(manifest?.bytes))
}
async function architectureOf(repository: string, reference: string): Promise<string> {
  const { config } = await json(repository, reference)
  return JSON.parse(String(await world.registry.blob(repository, config.digest))).architecture
}
async function childrenOf(repository: string, reference: string): Promise<Child[]> {
  return (await json(repository, reference)).manifests
}

const two = suite('platforms on registry 2')
two.before(async () => {
  world = await openJourney()
})
two.after(() => world.close())
two('are an image like any other where it is one', async () => {
  await built({ ...images({ version: '1.0.0', platforms: ['linux/arm64'] }), ...service('web', 'w1') })
  await world.badge('web', '1.0.0')
  assert.is(await architectureOf('web', '1.0.0'), 'arm64')
})
two('are refused where they are several, before anything is built, with what to do', async () => {
  const record = await world.merge(images({ version: '1.1.0', platforms: BOTH }))
  assert.equal([record.state, record.code], ['failed', 'no_indexes'])
  assert.is(
    record.reason,
    'web: web: this registry (distribution 2) loses the images of an index: name one of platforms, or ask the operator for registry 3',
  )
  await world.badge('web', '1.0.0 · 1.1.0 failing')
  assert.is(record.services[0]?.digest, undefined)
  const ask = { service_name: 'web', version: '1.1.0', type: 'Docker', repository: REPOSITORY }
  assert.is((await world.call('/function/build', ask)).status, 422)
})
two.run()

const three = suite('several platforms on registry 3')
const proved = REGISTRY_3 ? three : three.skip
if (REGISTRY_3 === undefined && process.env.CI_RUN === '1')
  throw new Error('this test needs distribution 3: .ci/registry-3 install')
let debians = () => {}
three.before(async () => {
  if (REGISTRY_3 === undefined) return
  debians = inPlaceOfDebians(REGISTRY_3)
  world = await openJourney()
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
})
three.after(async () => {
  if (REGISTRY_3) await world.close()
  debians()
})
const gone = (repository: string, digests: string[]) => async () =>
  (await Promise.all(digests.map((digest) => world.registry.head(repository, digest)))).every(
    (found) => found === undefined,
  )

proved('become one index, with its tags, and staging is left as it was', async () => {
  const { services } = await built({
    ...images({ version: '1.0.0', platforms: BOTH, tags: ['latest'] }),
    ...service('web', 'w1'),
  })
  await world.badge('web', '1.0.0')
  const digest = String(services[0]?.digest)
  for (const tag of ['1.0.0', 'latest']) assert.is(await world.registry.head('web', tag), digest)
  const children = await childrenOf('web', '1.0.0')
  assert.equal(
    children.map(({ platform }) => platform),
    [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ],
  )
  for (const { digest, platform } of children)
    assert.is(await architectureOf('web', digest), platform.architecture)
  const log = await (await world.page(`web/builds/${services[0]?.build}.log`)).text()
  for (const platform of BOTH) assert.match(log, `building for ${platform}\n`)
  const digests = [digest, ...children.map((child) => child.digest)]
  await world.until('a staging without them', gone('staging/web', digests))
})

proved('are pulled by an engine and by skopeo, each by its own', async () => {
  const { host } = world.stack.registry
  const auth = { username: world.secret('registry-user'), password: world.secret('registry-password') }
  const certificates = join(world.state.folder, 'skopeo')
  mkdirSync(certificates)
  copyFileSync(join(world.state.certs, 'ca.crt'), join(certificates, 'ca.crt'))
  for (const architecture of ['amd64', 'arm64']) {
    const docker = dockerAt(world.engine.host)
    const image = `${host}/web:1.0.0`
    const options = { platform: `linux/${architecture}`, authconfig: { ...auth, serveraddress: host } }
    let said = ''
    for await (const chunk of await docker.pull(image, options)) said += String(chunk)
    refuseErrors(said)
    const pulled = docker.getImage(image)
    assert.is((await pulled.inspect()).Architecture, architecture)
    await pulled.remove()
    if (whereIs('skopeo') === undefined) continue
    const { stdout } = await promisify(execFile)('skopeo', [
      ...['--override-arch', architecture, '--override-os', 'linux', 'inspect', '--config'],
      ...['--cert-dir', certificates, '--creds', `${auth.username}:${auth.password}`, `docker://${image}`],
    ])
    assert.is(JSON.parse(stdout).architecture, architecture)
  }
})

proved('are unchanged in another order, and taken with another one', async () => {
  const { services } = await built(
    images({ version: '1.0.0', platforms: [...BOTH].reverse(), tags: ['latest'] }),
  )
  assert.is(services[0]?.state, 'unchanged')
  const record = await world.merge(images({ version: '1.0.0', platforms: [...BOTH, 'linux/s390x'] }))
  assert.is(record.reason, 'web: version 1.0.0 of web is taken; raise it')
})

proved('are checked in a pull request, and built by a method call', async () => {
  const files = { ...images({ version: '1.1.0', platforms: BOTH }), ...service('web', 'w2') }
  const { sha } = await world.github.openPull(REPOSITORY, { files })
  await world.until(
    'the status of the check',
    async () => latest(await statusesAt(world.github, sha)).artefacto === 'success: will build web 1.1.0',
  )
  const ask = { service_name: 'web', version: '1.1.0', type: 'Docker', repository: REPOSITORY, sha }
  const answer = await world.call('/function/build', ask)
  assert.is(answer.status, 200, await answer.clone().text())
  assert.is((await childrenOf('web', '1.1.0')).length, 2)
})

proved(
  'of a Dockerfile that compiles across outlive a collection, unlike what a tag leaves that moves',
  async () => {
    const api = { service_name: 'api', version: 'dev', platforms: BOTH }
    const compiled = async (word: string) => ({ 'api/Dockerfile': await crossing(word) })
    const digestsOf = async () => [
      String(await world.registry.head('api', 'dev')),
      ...(await childrenOf('api', 'dev')).map(({ digest }) => digest),
    ]
    await built({ ...images(api), ...(await compiled('a1')) })
    const before = await digestsOf()
    await built({ ...images(api), ...(await compiled('a2')) })
    const after = await digestsOf()
    for (const { digest, platform } of await childrenOf('api', 'dev'))
      assert.is(await architectureOf('api', digest), platform.architecture)
    const said: string[] = []
    await collectLocal(world.state.folder, (line) => said.push(line), { waitMs: 60_000, quietMs: 300 })
    assert.not(
      said.some((line) => line.includes('index')),
      said.join('\n'),
    )
    assert.ok(await gone('api', before)())
    for (const digest of after) assert.is(await world.registry.head('api', digest), digest)
    for (const { digest, platform } of await childrenOf('web', '1.0.0'))
      assert.is(await architectureOf('web', digest), platform.architecture)
  },
)
three.run()

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { openGrants } from '../../functions/build/grants.ts'
import { type Job, newBuild } from '../../functions/build/job.ts'
import { claimName, type Plan, plan } from '../../functions/build/plan.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { failureOf } from '../support/failure-of.ts'
import { JOB } from './a-job.ts'
import { sourceIn } from './git-source.ts'
import { putImage, withRegistry } from './image-in-memory.ts'
import { TOP, tarball } from './tar-bytes.ts'

const folder = mkdtempSync(join(tmpdir(), 'plan-test-'))
const source = join(folder, 'source.tar.gz')
const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }
const API: Entry = { service_name: 'api', version: '1.0.0', type: 'Docker' }

type Stage = { ledger: Ledger }
let registry: Registry

/** Plans the entries of the repository at `source` against the registry of the test. */
function planned(entries: Entry[], job: Partial<Job> = {}): Promise<Plan[]> {
  const shop = {
    config: readConfig({}),
    grants: openGrants(readConfig({}), secretsIn('/nowhere')),
    registry,
    ledger: openLedger(registry),
    dating: pLimit(1),
  } as unknown as Workshop
  return plan(shop, { ...JOB, ...job }, entries, sourceIn(source), { naming: claimName, keep: false })
}
const stage = (work: (stage: Stage) => Promise<void>) =>
  withRegistry(async (memory) => {
    registry = memory
    await work({ ledger: openLedger(registry) })
  })
/** Puts `web` as it would be built from the tarball, or from other sources. */
async function publish(tag: string, from = '', version = '1.0.0'): Promise<string> {
  const [found] = await planned([{ ...WEB, version: 'never-published' }])
  const label = from || (found?.verdict === 'build' ? found.source : '')
  return putImage(registry, 'web', tag, {
    'artefacto.source.digest': label,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': 'f00',
  })
}

const planning = suite('plan')
planning.before(() =>
  writeFileSync(
    source,
    tarball([
      { name: `${TOP}/web/Dockerfile`, body: 'FROM scratch\n' },
      { name: `${TOP}/api/Dockerfile`, body: 'FROM scratch\n' },
      { name: `${TOP}/api/start`, body: 'x', mode: 0o755 },
    ]),
  ),
)
planning.after(() => rmSync(folder, { recursive: true }))

planning(
  'builds what is free, and gives names that nobody has to the repository',
  stage(async ({ ledger }) => {
    const plans = await planned([WEB, API])
    assert.equal(
      plans.map(({ verdict, entry }) => `${entry.service_name} ${verdict}`),
      ['web build', 'api build'],
    )
    assert.equal(await ledger.owner('api'), { repositoryId: 42, repository: 'acme/shop' })
  }),
)
planning(
  'leaves unchanged what stands and was built from the same sources, and says by which commit',
  stage(async () => {
    const digest = await publish('1.0.0')
    const [found] = await planned([WEB])
    assert.is(found?.verdict, 'unchanged')
    if (found?.verdict === 'unchanged') assert.equal([found.digest, found.builtFrom], [digest, 'f00'])
  }),
)
planning(
  'refuses a version that stands and was built from other sources',
  stage(async () => {
    await publish('1.0.0', 'v1:other')
    const [found] = await planned([WEB])
    assert.is(found?.verdict, 'refused')
    if (found?.verdict === 'refused')
      assert.equal(
        [found.failure.code, found.failure.message],
        ['version_taken', 'version 1.0.0 of web is taken; raise it'],
      )
  }),
)
planning(
  'lets a movable version move on, but not back behind a newer merge',
  stage(async ({ ledger }) => {
    await publish('latest', 'v1:other')
    const latest = { ...WEB, version: 'latest' }
    assert.is((await planned([latest]))[0]?.verdict, 'build')
    await ledger.writeBuild({ ...newBuild({ ...JOB, time: 3_000_000 }, latest), state: 'built' })
    const [found] = await planned([latest])
    assert.is(found?.verdict, 'refused')
    if (found?.verdict === 'refused')
      assert.is(found.failure.message, 'a newer merge has published web:latest already')
    assert.is((await planned([latest], { time: 4_000_000 }))[0]?.verdict, 'build')
  }),
)
planning(
  'leaves nothing unchanged until every tag of its entry points to it',
  stage(async () => {
    const digest = await publish('1.0.0')
    const tagged = { ...WEB, tags: ['latest', '1.0'] }
    const [todo] = await planned([tagged])
    assert.is(todo?.verdict, 'build')
    if (todo?.verdict === 'build') assert.is(todo.stands?.digest, digest)
    for (const tag of tagged.tags) assert.is(await publish(tag), digest)
    const [found] = await planned([tagged])
    assert.is(found?.verdict, 'unchanged')
    if (found?.verdict === 'unchanged') assert.equal(found.tags, ['latest', '1.0'])
  }),
)
planning(
  'refuses several platforms where the registry would lose the images of an index, and not one',
  withRegistry(async (memory, { fail, calls }) => {
    registry = memory
    // As distribution 2, which takes no notice of the number.
    fail((_method, path) => (path.endsWith('n=-1') ? 200 : undefined))
    const [found] = await planned([{ ...WEB, platforms: ['linux/amd64', 'linux/arm64'] }])
    assert.is(found?.verdict, 'refused')
    if (found?.verdict === 'refused')
      assert.equal(
        [found.failure.code, found.failure.message],
        [
          'no_indexes',
          'web: this registry (distribution 2) loses the images of an index: name one of platforms, or ask the operator for registry 3',
        ],
      )
    calls.length = 0
    for (const one of [{}, { platforms: ['linux/arm64' as const] }])
      assert.is((await planned([{ ...WEB, ...one }]))[0]?.verdict, 'build')
    assert.not(
      calls.some((call) => /_catalog|tags.list/.test(call)),
      calls.join(),
    )
    fail(undefined)
    assert.is((await planned([{ ...WEB, platforms: ['linux/amd64', 'linux/arm64'] }]))[0]?.verdict, 'build')
  }),
)
planning(
  'refuses a tag that never moves, and one that is a version',
  stage(async () => {
    await putImage(registry, 'web', '1.0', {
      'artefacto.source.digest': 'v1:other',
      'org.opencontainers.image.version': '1.0',
    })
    for (const [tag, code] of [
      ['stable', 'images_invalid'],
      ['1.0', 'version_taken'],
    ]) {
      const [found] = await planned([{ ...WEB, tags: [String(tag)] }])
      assert.is(found?.verdict, 'refused')
      if (found?.verdict === 'refused') assert.is(found.failure.code, code)
    }
  }),
)
planning(
  'refuses a version that is a tag of later ones, even from the same sources',
  stage(async () => {
    await publish('1.0', '', '1.0.3')
    const [found] = await planned([{ ...WEB, version: '1.0' }])
    assert.is(found?.verdict, 'refused')
    if (found?.verdict === 'refused')
      assert.is(found.failure.message, 'version 1.0 of web is taken; raise it')
  }),
)
planning(
  "refuses another repository's name, and leaves it to its owner",
  stage(async ({ ledger }) => {
    await ledger.writeOwner('web', { repositoryId: 7, repository: 'other/one' })
    const [web, api] = await planned([WEB, API])
    assert.equal([web?.verdict, api?.verdict], ['refused', 'build'])
    if (web?.verdict === 'refused')
      assert.equal([web.failure.code, web.failure.message], ['name_owned', 'web belongs to other/one'])
    assert.is((await ledger.owner('web'))?.repositoryId, 7)
  }),
)
planning(
  'keeps a name for its repository when that is renamed, and says by which name it goes now',
  stage(async ({ ledger }) => {
    await ledger.writeOwner('web', { repositoryId: 42, repository: 'acme/old-name' })
    assert.is((await planned([WEB]))[0]?.verdict, 'build')
    assert.equal(await ledger.owner('web'), { repositoryId: 42, repository: JOB.repository })
  }),
)
planning(
  'refuses what has no folder, and claims no name for it',
  stage(async ({ ledger }) => {
    const [found] = await planned([{ ...WEB, service_name: 'nowhere' }])
    assert.is(found?.verdict, 'refused')
    assert.is(await ledger.owner('nowhere'), undefined)
  }),
)
planning(
  'refuses what the operator does not grant, and claims no name for it',
  stage(async ({ ledger }) => {
    const [web, api] = await planned([{ ...WEB, secrets: ['npm'] }, API])
    assert.equal([web?.verdict, api?.verdict], ['refused', 'build'])
    if (web?.verdict === 'refused') assert.is(web.failure.code, 'secret_refused')
    assert.is(await ledger.owner('web'), undefined)
  }),
)
planning(
  'fails as a whole, as a passing error, where the registry does not answer',
  withRegistry(async (broken, memory) => {
    registry = broken
    memory.fail(() => 500)
    assert.is((await failureOf(() => planned([WEB]))).outcome, 'error')
  }),
)
planning.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { githubPoster } from '../../functions/build/github-transport.ts'
import { openStatuses, type Statuses } from '../../functions/build/tell-github.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { Ledger } from '../../functions/shared/ledger.ts'
import type { MergedService, MergeRecord } from '../../functions/shared/merge-record.ts'
import { pageKey } from '../../functions/shared/page-key.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import type { LocalGitHub } from '../../local/github/server.ts'
import { get, withHub } from '../local/github/hub.ts'
import { accessTo } from './asking-github.ts'

const DIGEST = `sha256:${'1'.repeat(64)}`
const UNTOLD = 'GitHub refused the token (HTTP 403): it needs write access to commit statuses'

type Told = { context: string; state: string; description: string; target_url: string }
type Stage = {
  hub: LocalGitHub
  statuses: Statuses
  merge: (change?: Partial<MergeRecord>, service?: Partial<MergedService>) => MergeRecord
  /** What stands at the commit, oldest first, once there is so much of it. */
  told: (count: number) => Promise<Told[]>
  settings: { token: string | undefined; owner: number; record: () => Partial<BuildRecord> }
}

/** Statuses of the head of acme/shop, which owns `web` until the settings say otherwise. */
function stage(work: (stage: Stage) => Promise<void>): () => Promise<void> {
  return withHub({ token: 'right' }, async (hub) => {
    const settings: Stage['settings'] = {
      token: 'right',
      owner: 42,
      record() {
        throw new Error('nobody asks for the record')
      },
    }
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    const secrets: Secrets = {
      find: async (name) => (name === 'github-token' ? settings.token : undefined),
      need: async () => 'payload',
      rotating: async () => ['payload'],
    }
    const access = accessTo(hub.url, secrets)
    const statuses = openStatuses({
      post: githubPoster(access),
      access,
      secrets,
      ledger: {
        owner: async () => ({ repositoryId: settings.owner, repository: '' }),
        build: async () => settings.record(),
      } as unknown as Ledger,
      publicUrl: 'https://ci.example',
      uptime: () => 0,
    })
    await work({
      hub,
      statuses,
      settings,
      merge: (change, service) => ({
        repositoryId: 42,
        sha,
        repository: 'acme/shop',
        branch: 'develop',
        time: 1_795_373_480_000,
        state: 'building',
        services: [{ name: 'web', version: '1.4.3', state: 'queued', build: '17-a', ...service }],
        known: [],
        attempt: 1,
        queued: '2026-11-22T18:00:00Z',
        ...change,
      }),
      told: async (count) => {
        const end = Date.now() + 10_000
        for (;;) {
          const { body } = await get(hub, `/commits/${sha}/statuses`)
          if (body.length >= count || Date.now() > end) return body.reverse()
        }
      },
    })
  })
}
const posts = (hub: LocalGitHub) => hub.requests.filter(({ method }) => method === 'POST').length
const built: Partial<MergedService> = { state: 'built', digest: DIGEST }
const until = async (what: () => boolean | Promise<boolean>) => {
  const end = Date.now() + 10_000
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const telling = suite('openStatuses')
telling(
  'tells GitHub of a merge, each state once and in their order',
  stage(async ({ hub, statuses, merge, told }) => {
    statuses.tell(merge())
    await told(1)
    statuses.tell(merge())
    statuses.tell(merge({ state: 'built' }, built))
    statuses.tell(merge({ state: 'built' }, built))
    assert.equal(
      (await told(2)).map(({ state, description }) => `${state}: ${description}`),
      ['pending: building 1.4.3', 'success: 1.4.3 published as sha256:111111111111'],
    )
    assert.is(posts(hub), 2)
  }),
)
telling(
  'puts the key into the link where the repository is private, and the service its own',
  stage(async ({ statuses, merge, told, settings }) => {
    statuses.tell(merge({ private: true }))
    const link = 'https://ci.example/function/badge/web/builds/17-a'
    assert.is((await told(1)).at(-1)?.target_url, `${link}?key=${pageKey('payload', 'web')}`)
    statuses.tell(merge({ private: false }))
    assert.is((await told(2)).at(-1)?.target_url, link)
    settings.owner = 43
    statuses.tell(merge({ private: true }, { state: 'failed', reason: 'web belongs to other/one' }))
    assert.is((await told(3)).at(-1)?.target_url, 'https://ci.example/function/badge/')
  }),
)
telling(
  'names the AMI of a disk, which only the record of its service knows',
  stage(async ({ statuses, merge, told, settings }) => {
    const disk = `sha256:${'2'.repeat(64)}`
    settings.record = () => ({ ami: { id: 'ami-0a', region: 'eu-central-1', snapshot: 'snap-0a' } })
    statuses.tell(merge({ state: 'built' }, { ...built, disk }))
    const named = '1.4.3 published as ami-0a in eu-central-1, sha256:111111111111'
    assert.is((await told(1)).at(-1)?.description, named)
  }),
)
telling(
  'tells of a disk whose record cannot be read, without its AMI',
  stage(async ({ statuses, merge, told, settings }) => {
    settings.record = () => {
      throw new Error('the registry does not answer')
    }
    statuses.tell(merge({ private: true, state: 'built' }, { ...built, disk: DIGEST }))
    const [status] = await told(1)
    assert.is(status?.description, '1.4.3 published as sha256:111111111111')
    assert.match(status?.target_url ?? '', '/function/badge/web/builds/17-a?key=')
  }),
)
telling(
  'asks nothing without a token, and says that there is none',
  stage(async ({ hub, statuses, merge, settings }) => {
    settings.token = undefined
    statuses.tell(merge())
    statuses.retry()
    assert.is(await statuses.untold('acme/shop'), 'there is no github-token')
    settings.token = 'right'
    statuses.retry()
    assert.is(await statuses.untold('acme/shop'), undefined)
    assert.is(posts(hub), 0)
  }),
)
for (const [title, fault] of Object.entries({
  'is down': { status: 502 },
  'breaks the connection': { drop: true as const },
  'has no rate left': { status: 403, headers: { 'x-ratelimit-remaining': '0' } },
  'has had too many calls at once': { status: 429, headers: { 'retry-after': '60' } },
  'says of too many calls in words alone': {
    status: 403,
    body: '{"message":"You have exceeded a secondary rate limit"}',
  },
}))
  telling(
    `keeps what GitHub does not take while it ${title}, the newest word alone`,
    stage(async ({ hub, statuses, merge, told }) => {
      hub.faults.add({ match: 'POST', ...fault })
      statuses.tell(merge())
      await until(() => posts(hub) > 0)
      statuses.tell(merge({ state: 'built' }, built))
      await until(() => posts(hub) > 1)
      assert.is(await statuses.untold('acme/shop'), undefined)
      hub.faults.clear()
      statuses.retry()
      assert.equal(
        (await told(1)).map(({ state }) => state),
        ['success'],
      )
    }),
  )
telling(
  'goes on with others where one is not taken',
  stage(async ({ hub, statuses, merge, told }) => {
    hub.faults.add({ match: 'POST', status: 500, times: 1 })
    const [web] = merge().services
    statuses.tell(merge({ services: [web as MergedService, { ...(web as MergedService), name: 'api' }] }))
    await until(() => posts(hub) > 0)
    statuses.retry()
    assert.equal(
      (await told(2)).map(({ context }) => context),
      ['artefacto/api', 'artefacto/web'],
    )
  }),
)
for (const status of [401, 403, 404])
  telling(
    `takes ${status} for a token that may not, says so until another does, and does not ask again`,
    stage(async ({ hub, statuses, merge, told, settings }) => {
      hub.faults.add({ match: 'POST', status, times: 1 })
      statuses.tell(merge())
      const sentence = UNTOLD.replace('403', String(status))
      await until(async () => (await statuses.untold('acme/shop')) === sentence)
      statuses.retry()
      assert.is(posts(hub), 1)
      assert.is(await statuses.untold('acme/other'), undefined)
      settings.token = 'another'
      assert.is(await statuses.untold('acme/shop'), undefined)
      settings.token = 'right'
      statuses.tell(merge({ state: 'built' }, built))
      await told(1)
      await until(async () => (await statuses.untold('acme/shop')) === undefined)
    }),
  )
telling(
  'drops what GitHub will never take',
  stage(async ({ hub, statuses, merge, told }) => {
    statuses.tell(merge({ sha: 'f'.repeat(40) }))
    await until(() => posts(hub) > 0)
    statuses.tell(merge())
    await told(1)
    statuses.retry()
    assert.is(posts(hub), 2)
  }),
)
telling(
  'follows a renamed repository on the same host, and shows the token to no other',
  stage(async ({ hub, statuses, merge, told }) => {
    const { sha } = merge()
    const redirectTo = `${hub.url}/repos/acme/shop/statuses/${sha}`
    hub.faults.add({ match: 'POST /repos/acme/old/', status: 307, redirectTo })
    statuses.tell(merge({ repository: 'acme/old' }))
    await told(1)
    const before = posts(hub)
    hub.faults.add({ match: 'POST', status: 307, redirectTo: hub.url.replace('127.0.0.1', 'localhost') })
    statuses.tell(merge({ state: 'built' }, built))
    await until(() => posts(hub) > before)
    hub.faults.clear()
    hub.faults.add({ match: 'POST', status: 302, redirectTo, times: 1 })
    statuses.retry()
    await until(() => posts(hub) > before + 1)
    hub.faults.clear()
    statuses.retry()
    assert.is((await told(2)).at(-1)?.state, 'success')
    assert.is(posts(hub), before + 3)
  }),
)
telling.run()

import pLimit from 'p-limit'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checker } from '../../functions/build/accept-check.ts'
import type { CommitStatus } from '../../functions/build/commit-status.ts'
import { readConfig } from '../../functions/build/config.ts'
import { openGrants } from '../../functions/build/grants.ts'
import { sourcesAtGitHub } from '../../functions/build/sources.ts'
import type { At } from '../../functions/build/tell-github.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { CheckRequest } from '../../functions/shared/build-request.ts'
import { type Ledger, openLedger } from '../../functions/shared/ledger.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import type { Files, LocalGitHub } from '../../local/github/server.ts'
import { get } from '../local/github/hub.ts'
import { mergeOf } from '../shared/records.ts'
import { failureOf } from '../support/failure-of.ts'
import type { MemoryRegistry } from '../support/memory-registry.ts'
import { images, service } from '../support/shop.ts'
import { TOKEN, withGitHub } from './asking-github.ts'
import { withRegistry } from './image-in-memory.ts'

type Shown = { at: At; status: CommitStatus }
type Stage = {
  hub: LocalGitHub
  ledger: Ledger
  memory: MemoryRegistry
  shown: Shown[]
  token: { text: string | undefined }
  /** Opens a pull request; gives what the webhook makes of its delivery. */
  open: (files: Files, fork?: string) => Promise<CheckRequest>
  ask: (request: CheckRequest) => Promise<{ status: number; body: string | Buffer }>
  /** The next status that is shown, as its state and words. */
  next: () => Promise<[string, string]>
}

/** acme/shop with `web`, build's checks with pauses of no time, and a registry in memory. */
function stage(work: (stage: Stage) => Promise<void>, settings = {}): () => Promise<void> {
  return withRegistry((registry, memory) =>
    withGitHub(async ({ github, hub }) => {
      const shown: Shown[] = []
      const token: Stage['token'] = { text: TOKEN }
      const config = readConfig({ repositories: 'acme/*', public_url: 'https://ci.example', ...settings })
      const ledger = openLedger(registry, config.branches)
      const lfs = { find: async () => new Map() }
      const shop = {
        config,
        access: { identity: async () => token.text },
        github,
        sources: sourcesAtGitHub(hub.url, () => true, github, lfs),
        publicSources: sourcesAtGitHub(hub.url, () => false, github, lfs),
        registry,
        ledger,
        dating: pLimit(1),
        grants: openGrants(config, secretsIn('/nowhere')),
        statuses: { show: (at: At, status: CommitStatus) => void shown.push({ at, status }) },
        now: Date.now,
      } as unknown as Workshop
      const check = checker(shop, [0, 0])
      const { id } = (await get(hub, '')).body
      await work({
        hub,
        ledger,
        memory,
        shown,
        token,
        ask: check,
        open: async (files, fork) => {
          const { sha, number } = await hub.openPull('acme/shop', { files, ...(fork && { fork }) })
          return { repository_id: id, repository: 'acme/shop', sha, pull_request: number, check: true }
        },
        next: async () => {
          const end = Date.now() + 10_000
          while (shown.length === 0 && Date.now() < end)
            await new Promise((resolve) => setTimeout(resolve, 5))
          const { state, description } = shown.shift()?.status ?? { state: 'nothing', description: '' }
          return [state, description]
        },
      })
    })(),
  )
}
const WEB = { ...images({ web: '1.0.0' }), ...service('web', 'w1') }
const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const downloads = (hub: LocalGitHub) =>
  hub.requests.filter(({ path }) => /tarball|contents/.test(path)).length

const checks = suite('a check')
checks(
  'says at the head what a merge would do, and takes no name',
  stage(async ({ ask, open, next, shown, ledger }) => {
    const request = await open(WEB)
    const answer = await ask(request)
    assert.is(answer.status, 202)
    assert.match(String(answer.body), /"accepted":"acme\/shop pull request 1 is being checked"/)
    assert.equal(await next(), ['success', 'will build web 1.0.0'])
    assert.equal(shown, [])
    assert.is(await ledger.owner('web'), undefined)
    assert.equal(await ledger.services(), [])
  }),
)
checks(
  'is shown once as the whole of the commit',
  stage(async ({ ask, open, next, shown }) => {
    const request = await open(WEB)
    await ask(request)
    while (shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const [{ at, status } = {} as Shown] = shown
    assert.equal([at.repository, at.sha, at.repositoryId], ['acme/shop', request.sha, request.repository_id])
    assert.equal([status.context, status.target_url], ['artefacto', 'https://ci.example/function/badge/'])
    await next()
  }),
)
const NPM = {
  ...service('web', 'w1'),
  'images.json': '[{"service_name":"web","version":"1.0.0","type":"Docker","secrets":["npm"]}]',
}
checks(
  'says which secret is not allowed',
  stage(async ({ ask, open, next }) => {
    await ask(await open(NPM))
    assert.equal(await next(), [
      'failure',
      'web: the secret npm is not allowed to acme/shop; ask the operator (build_secrets)',
    ])
  }),
)
checks(
  'says that a secret which is allowed is not there yet',
  stage(
    async ({ ask, open, next }) => {
      await ask(await open(NPM))
      assert.equal(await next(), ['error', 'the secret build-secrets is missing or empty'])
    },
    { build_secrets: 'acme/shop:npm' },
  ),
)
checks(
  "tells the owner of a name, but not to a fork's pull request",
  stage(async ({ ask, open, next, ledger }) => {
    await ledger.writeOwner('web', { repositoryId: 7, repository: 'acme/secret' })
    await ask(await open(WEB))
    assert.equal(await next(), ['failure', 'web belongs to acme/secret'])
    await ask(await open(WEB, 'mallory'))
    assert.equal(await next(), ['failure', 'web belongs to another repository'])
  }),
)
checks(
  "shows no private submodule in a fork's pull request, as if there were none",
  stage(async ({ ask, open, next, hub }) => {
    await hub.create('acme/hidden', undefined, { private: true })
    await hub.create('acme/shown')
    for (const [name, fork, said] of [
      ['hidden', undefined, 'success: will build web 1.0.0'],
      ['hidden', 'mallory', 'error: GitHub does not show the submodule web/lib, acme/hidden at '],
      ['nothing', 'mallory', 'error: GitHub does not show the submodule web/lib, acme/nothing at '],
      ['shown', 'mallory', 'success: will build web 1.0.0'],
    ] as const) {
      const exists = hub.exists(`acme/${name}`)
      const lib = exists ? (await hub.push(`acme/${name}`, { files: { a: name }, deliver: false })).sha : SHA
      const gitmodules = `[submodule "lib"]\npath = web/lib\nurl = ../${name}\n`
      await ask(await open({ ...WEB, '.gitmodules': gitmodules, 'web/lib': { submodule: lib } }, fork))
      const [state, words] = await next()
      assert.ok(`${state}: ${words}`.startsWith(said), `${state}: ${words}`)
    }
  }),
)
checks(
  'checks the pull request of a fork',
  stage(async ({ ask, open, next }) => {
    await ask(await open(WEB, 'ada'))
    assert.equal(await next(), ['success', 'will build web 1.0.0'])
  }),
)
checks(
  'says nothing of a repository that never had an images.json, and misses it where there was one',
  stage(async ({ ask, open, next, shown, ledger }) => {
    const request = await open({ 'images.json': null })
    await ask(request)
    // One at a time: the first has ended when the second has.
    await ask(await open(WEB))
    assert.equal(await next(), ['success', 'will build web 1.0.0'])
    await ledger.writeMerge(mergeOf('a', 1, { repositoryId: request.repository_id, known: ['web'] }))
    assert.equal(shown, [])
    await ask(request)
    assert.equal(await next(), ['failure', 'there is no images.json at the root of the repository'])
  }),
)
checks(
  'shows the last word alone where heads follow each other',
  stage(async ({ ask, open, next, shown, hub }) => {
    const first = await open(WEB)
    const second = await hub.pushToPull('acme/shop', 1, { files: images({ web: '1.0.1' }) })
    await Promise.all([ask(first), ask({ ...first, sha: second.sha })])
    assert.equal(await next(), ['success', 'will build web 1.0.1'])
    assert.equal(shown, [])
  }),
)
checks(
  'does not show what it found of a head that another has followed meanwhile',
  stage(async ({ ask, open, next, shown, hub }) => {
    const first = await open(WEB)
    const push = async (version: string) =>
      (await hub.pushToPull('acme/shop', 1, { files: images({ web: version }) })).sha
    let answer = () => {}
    const until = new Promise<void>((resolve) => {
      answer = resolve
    })
    hub.faults.add({ match: `/tarball/${first.sha}`, until })
    await ask(first)
    while (!hub.requests.some(({ path }) => path.endsWith(`/tarball/${first.sha}`)))
      await new Promise((resolve) => setTimeout(resolve, 5))
    const [second, third] = [await push('1.0.1'), await push('1.0.2')]
    await ask({ ...first, sha: second })
    await ask({ ...first, sha: third })
    answer()
    assert.equal(await next(), ['success', 'will build web 1.0.2'])
    assert.equal(shown, [])
    // The one in between was not even asked about.
    assert.is(hub.requests.filter(({ path }) => path.endsWith('/pulls/1')).length, 2)
  }),
)
checks(
  'downloads nothing without a token, and says so',
  stage(async ({ ask, open, token, hub }) => {
    const request = await open(WEB)
    token.text = undefined
    const asked = hub.requests.length
    const answer = await ask(request)
    assert.is(answer.status, 200)
    assert.match(String(answer.body), 'a check needs a github-token that may write commit statuses')
    assert.is(hub.requests.length, asked)
  }),
)
checks(
  'is refused for a repository that is not in the allow-list',
  stage(
    async ({ ask, open }) => {
      const request = await open(WEB)
      assert.is((await failureOf(() => ask(request))).code, 'not_allowed')
    },
    { repositories: 'acme/other' },
  ),
)
checks(
  'is tried again while GitHub or the registry do not answer',
  stage(async ({ ask, open, next, hub, memory }) => {
    const request = await open(WEB)
    hub.faults.add({ match: '/tarball/', status: 502, times: 1 })
    await ask(request)
    assert.equal(await next(), ['success', 'will build web 1.0.0'])
    memory.fail(() => 500)
    await ask(request)
    const [state, words] = await next()
    assert.is(state, 'error')
    assert.match(words, /^the registry answered 500/)
  }),
)
checks(
  'ends with what GitHub would not do, after some tries',
  stage(async ({ ask, open, next, hub }) => {
    const request = await open(WEB)
    hub.faults.add({ match: 'GET /repos/acme/shop/pulls/', status: 503 })
    await ask(request)
    assert.equal(await next(), ['error', 'GitHub answered 503 to /repos/acme/shop/pulls/1'])
  }),
)

checks(
  'of a pull request into a further branch says what a merge there would do',
  stage(
    async ({ ask, open, next, hub }) => {
      const request = await open(WEB)
      await hub.forward('acme/shop', { to: 'main', deliver: false })
      await hub.retarget('acme/shop', request.pull_request, 'main')
      await ask(request)
      assert.equal(await next(), ['success', 'will build web 1.0.0'])
    },
    { branch: 'develop main' },
  ),
)

const CLAIMS: Record<string, (request: CheckRequest, hub: LocalGitHub) => Promise<CheckRequest>> = {
  'of another commit': async (request) => ({ ...request, sha: 'a'.repeat(40) }),
  'of the branch itself': async (request, hub) => ({
    ...request,
    sha: (await get(hub, '/commits/develop')).body.sha,
  }),
  'of another repository': async (request) => ({ ...request, repository_id: 7 }),
  'of a pull request that is not there': async (request) => ({ ...request, pull_request: 99 }),
  'of a pull request that goes elsewhere': async (request, hub) => {
    await hub.push('acme/shop', { files: { a: '1' }, branch: 'main', deliver: false })
    await hub.retarget('acme/shop', request.pull_request, 'main')
    return request
  },
  'of a pull request that is merged': async (request, hub) => {
    const { number } = await hub.merge('acme/shop', { files: { a: '1' } })
    const { sha } = (await get(hub, `/pulls/${number}`)).body.head
    return { ...request, sha, pull_request: number }
  },
}
for (const [title, claim] of Object.entries(CLAIMS))
  checks(
    `${title} does nothing`,
    stage(async ({ ask, open, shown, hub }) => {
      const request = await claim(await open(WEB), hub)
      const before = downloads(hub)
      const from = hub.requests.length
      assert.is((await ask(request)).status, 202)
      // Three looks, and no more.
      const looks = () => hub.requests.slice(from).filter(({ path }) => /\/pulls\/\d+$/.test(path)).length
      const end = Date.now() + 10_000
      while (looks() < 3 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5))
      assert.is(looks(), 3)
      assert.is(downloads(hub), before)
      assert.equal(shown, [])
    }),
  )
checks.run()

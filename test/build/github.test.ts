import { execFileSync } from 'node:child_process'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { walk } from '../../functions/build/archive.ts'
import { IMAGES_LIMIT } from '../../functions/shared/images.ts'
import { FILES } from '../local/github/hub.ts'
import { failureOf } from '../support/failure-of.ts'
import { TOKEN, withGitHub } from './asking-github.ts'

const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const merge = { files: { 'web/a': 'a\n' } }

const questions = suite('openGitHub')
questions(
  'asks what it needs to know of a merge',
  withGitHub(async ({ github, hub }) => {
    const { sha, number, mergedAt } = await hub.merge('acme/shop', merge)
    const repository = await github.repository('acme/shop')
    assert.equal([repository?.full_name, repository?.private], ['acme/shop', false])
    const pull = await github.pull('acme/shop', number)
    assert.equal([pull?.merged_at, pull?.merge_commit_sha, pull?.base.ref], [mergedAt, sha, 'develop'])
    assert.is(pull?.base.repo.id, repository?.id)
    assert.equal(
      (await github.pullsOf('acme/shop', sha)).map((listed) => listed.number),
      [number],
    )
    const commit = await github.commit('acme/shop', 'develop')
    assert.equal([commit?.sha, commit?.parents.length], [sha, 2])
    assert.is((await github.compare('acme/shop', 'develop', sha))?.status, 'identical')
    assert.is((await github.images('acme/shop', sha))?.toString(), FILES['images.json'])
  }),
)
questions(
  'has no answer for what is not there',
  withGitHub(async ({ github }) => {
    assert.is(await github.repository('acme/nothing'), undefined)
    assert.is(await github.pull('acme/shop', 99), undefined)
    assert.equal(await github.pullsOf('acme/nothing', SHA), [])
    assert.is(await github.commit('acme/shop', SHA), undefined)
    assert.is(await github.compare('acme/shop', 'develop', SHA), undefined)
    assert.is(await github.images('acme/shop', SHA), undefined)
  }),
)
questions(
  'writes branch names with a slash into one part of the path',
  withGitHub(async ({ github, hub }) => {
    const { sha } = await hub.push('acme/shop', { branch: 'release/1#a', files: merge.files })
    assert.is((await github.commit('acme/shop', 'release/1#a'))?.sha, sha)
    assert.is((await github.compare('acme/shop', 'release/1#a', sha))?.status, 'identical')
  }),
)
questions(
  'asks for lists that have not changed without spending rate, and sees a change',
  withGitHub(async ({ github, hub }) => {
    const before = await github.closedPulls('acme/shop', 'develop', 1)
    const commits = await github.commits('acme/shop', 'develop', 0, 1)
    assert.equal(await github.closedPulls('acme/shop', 'develop', 1), before)
    assert.equal(await github.commits('acme/shop', 'develop', 0, 1), commits)
    const conditional = hub.requests.filter(({ headers }) => headers['if-none-match'] !== undefined)
    assert.is(conditional.length, 2)
    const { sha } = await hub.merge('acme/shop', merge)
    assert.is((await github.closedPulls('acme/shop', 'develop', 1))[0]?.merge_commit_sha, sha)
    assert.is((await github.commits('acme/shop', 'develop', 0, 1))[0]?.sha, sha)
  }),
)
const UNPROMISED = [
  '',
  'null',
  '[]',
  '{"sha":"short"}',
  '<html>',
  `{"sha":"${SHA}","commit":{},"parents":[]}`,
]
for (const body of UNPROMISED)
  questions(
    `does not take ${body || 'nothing'} for a commit`,
    withGitHub(async ({ github, hub }) => {
      hub.faults.add({ match: '/commits/', body })
      const failure = await failureOf(() => github.commit('acme/shop', 'develop'))
      assert.is(failure.code, 'github_down')
      assert.match(failure.message, /answer to \/repos\/acme\/shop\/commits\/develop is not what its API/)
    }),
  )
questions.run()

const images = suite('images.json')
images(
  'is cut one byte after its limit, however much comes',
  withGitHub(async ({ github, hub }) => {
    for (const size of [IMAGES_LIMIT + 1, IMAGES_LIMIT * 20]) {
      hub.faults.add({ match: '/contents/', times: 1, body: 'x'.repeat(size) })
      const bytes = await github.images('acme/shop', 'develop')
      assert.ok((bytes?.length ?? 0) > IMAGES_LIMIT, `${bytes?.length} bytes`)
      assert.ok((bytes?.length ?? 0) <= IMAGES_LIMIT * 2, `${bytes?.length} bytes`)
    }
  }),
)
images(
  'is not half of itself when the connection breaks',
  withGitHub(async ({ github, hub }) => {
    hub.faults.add({ match: '/contents/', truncateAt: 10 })
    const failure = await failureOf(() => github.images('acme/shop', 'develop'))
    assert.equal([failure.code, failure.outcome], ['github_down', 'error'])
  }),
)
images.run()

const tarball = suite('tarball')
tarball(
  'is what git holds, asked of the download host without the token',
  withGitHub(
    async ({ github, hub }) => {
      const { sha } = await hub.merge('acme/shop', merge)
      const input = await buffer(await github.tarball('acme/shop', sha))
      const names = execFileSync('tar', ['-tz'], { input, encoding: 'utf8' }).trim().split('\n')
      assert.ok(names.includes(`acme-shop-${sha.slice(0, 7)}/web/start`))
      const seen = hub.requests.filter(({ path }) => /tarball|legacy/.test(path))
      assert.equal(
        seen.map(({ headers }) => headers.authorization),
        [`Bearer ${TOKEN}`, undefined],
      )
    },
    { token: TOKEN },
  ),
)
tarball(
  'of a commit that is not there says so',
  withGitHub(async ({ github }) => {
    const failure = await failureOf(() => github.tarball('acme/shop', SHA))
    assert.equal(
      [failure.code, failure.message],
      ['github_refused', `GitHub has no tarball of acme/shop at ${SHA}`],
    )
  }),
)
/** How the reading of develop's tarball ends. */
const ending = async (archive: Readable, sha: string) =>
  failureOf(walk(archive, sha, (_entry, content) => void content.resume()))
const LIES: Record<string, object> = {
  'whose connection breaks': { truncateAt: 100 },
  'that is shorter than it said': { body: 'short', headers: { 'content-length': '500' }, truncateAt: 5 },
}
for (const [title, fault] of Object.entries(LIES))
  tarball(
    `${title} is broken`,
    withGitHub(async ({ github, hub }) => {
      hub.faults.add({ match: 'legacy.tar.gz', ...fault })
      const { sha } = await hub.merge('acme/shop', merge)
      const failure = await ending(await github.tarball('acme/shop', sha), sha)
      assert.equal([failure.code, /did not arrive whole/.test(failure.message)], ['source_broken', true])
    }),
  )
tarball(
  'that stalls is given up after half a minute without a byte',
  withGitHub(async ({ github, hub }) => {
    const { sha } = await hub.merge('acme/shop', merge)
    hub.faults.add({ match: 'legacy.tar.gz', stallAfter: 100 })
    mock.timers.enable({ apis: ['setTimeout'] })
    try {
      const archive = await github.tarball('acme/shop', sha)
      let seen = 0
      archive.on('data', (chunk: Buffer) => {
        seen += chunk.length
      })
      const ended = ending(archive, sha)
      while (seen < 100) await turn()
      mock.timers.tick(29_999)
      await turn()
      assert.is(archive.destroyed, false)
      mock.timers.tick(1)
      assert.is((await ended).code, 'source_broken')
    } finally {
      mock.timers.reset()
    }
  }),
)
tarball.run()

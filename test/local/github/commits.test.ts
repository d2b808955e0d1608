import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { standing } from '../../../local/github/compare.ts'
import { ask, get, withHub } from './hub.ts'

const UNKNOWN = 'a'.repeat(40)
const commits = suite('GET commits')

commits(
  'shows one commit by sha, short sha, branch and branch with a slash',
  withHub({}, async (hub) => {
    const at = new Date('2026-03-04T05:06:07.890Z')
    const { sha } = await hub.push('acme/shop', {
      files: { a: '1' },
      branch: 'feature/x',
      message: 'One\n\ntwo',
      at,
    })
    for (const ref of [sha, sha.slice(0, 7), 'feature/x', 'feature%2Fx', 'heads/feature/x']) {
      const { status, body } = await get(hub, `/commits/${ref}`)
      assert.is(status, 200, ref)
      assert.is(body.sha, sha)
      assert.is(body.commit.message, 'One\n\ntwo')
      assert.is(body.commit.committer.date, '2026-03-04T05:06:07Z')
      assert.is(body.commit.author.name, 'artefacto sample')
      assert.is(body.author.login, 'acme')
      assert.equal(body.parents, [])
      assert.match(body.commit.tree.sha, /^[0-9a-f]{40}$/)
    }
  }),
)
commits(
  'lists a branch page by page with GitHub’s Link header',
  withHub({}, async (hub) => {
    for (const name of ['b', 'c', 'd', 'e'])
      await hub.push('acme/shop', { files: { [name]: '' }, message: name })
    const middle = await get(hub, '/commits?sha=develop&per_page=2&page=2')
    assert.equal(
      middle.body.map((one: { commit: { message: string } }) => one.commit.message),
      ['c', 'b'],
    )
    const page = (number: number) =>
      `<${hub.url}/repos/acme/shop/commits?sha=develop&per_page=2&page=${number}>`
    assert.is(
      middle.headers.get('link'),
      `${page(1)}; rel="prev", ${page(3)}; rel="next", ${page(3)}; rel="last", ${page(1)}; rel="first"`,
    )
    const whole = await get(hub, '/commits')
    assert.is(whole.body.length, 5)
    assert.is(whole.headers.get('link'), null)
  }),
)
commits(
  'limits a list by time',
  withHub({}, async (hub) => {
    await hub.push('acme/shop', { files: { a: '' }, message: 'future', at: new Date('2099-01-01T00:00:00Z') })
    const since = (await get(hub, '/commits?since=2098-01-01T00:00:00Z')).body
    assert.is(since.length, 1)
    assert.is(since[0].commit.message, 'future')
  }),
)
commits(
  'refuses what it does not have as GitHub does',
  withHub({}, async (hub) => {
    await hub.push('acme/shop', { files: { a: '' } })
    for (const ref of [UNKNOWN, 'nothing', ':/First', 'develop~1', 'develop^']) {
      const { status, body } = await get(hub, `/commits/${ref}`)
      assert.is(status, 422, ref)
      assert.is(body.message, `No commit found for SHA: ${ref}`)
    }
    assert.is((await get(hub, '/commits?sha=nothing')).status, 404)
    await hub.create('acme/empty')
    assert.is((await ask(hub, '/repos/acme/empty/commits')).status, 409)
  }),
)
commits.run()

const branches = suite('GET branches/{branch}')

branches(
  'shows the head of a branch',
  withHub({}, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { a: '1' } })
    const { body } = await get(hub, '/branches/develop')
    assert.is(body.name, 'develop')
    assert.is(body.commit.sha, sha)
    assert.is(body.protected, false)
    const missing = await get(hub, `/branches/${sha}`)
    assert.is(missing.status, 404)
    assert.is(missing.body.message, 'Branch not found')
  }),
)
branches.run()

const compare = suite('GET compare/{base}...{head}')

compare(
  'tells where a commit stands',
  withHub({}, async (hub) => {
    const first = await hub.push('acme/shop', { files: { a: '1' } })
    const aside = await hub.commitAside('acme/shop', { files: { evil: '1' }, branch: 'fork/x' })
    const second = await hub.push('acme/shop', { files: { a: '2' } })
    const rows: [string, string, number, number][] = [
      [second.sha, 'identical', 0, 0],
      [first.sha, 'behind', 0, 1],
      [aside.sha, 'diverged', 1, 1],
      ['fork/x', 'diverged', 1, 1],
      ['acme:fork/x', 'diverged', 1, 1],
    ]
    for (const [head, status, ahead, behind] of rows) {
      const { body } = await get(hub, `/compare/develop...${head}`)
      assert.equal([body.status, body.ahead_by, body.behind_by], [status, ahead, behind], head)
    }
    const { body } = await get(hub, `/compare/${first.sha}...develop`)
    assert.is(body.status, 'ahead')
    assert.is(body.merge_base_commit.sha, first.sha)
    assert.equal(
      body.commits.map(({ sha }: { sha: string }) => sha),
      [second.sha],
    )
  }),
)
compare(
  'says 404 where there is no such commit or nothing in common',
  withHub({}, async (hub) => {
    await hub.push('acme/shop', { files: { a: '1' }, branch: 'orphan' })
    for (const basehead of [`develop...${UNKNOWN}`, 'nothing...develop', 'develop..develop', 'develop']) {
      assert.is((await get(hub, `/compare/${basehead}`)).status, 404, basehead)
    }
    const { status, body } = await get(hub, '/compare/develop...orphan')
    assert.is(status, 404)
    assert.match(body.message, /No common ancestor/)
  }),
)
compare.run()

const words = suite('standing')
words('has a word for each case', () => {
  assert.equal(
    [standing(0, 0), standing(1, 0), standing(0, 1), standing(1, 1)],
    ['identical', 'ahead', 'behind', 'diverged'],
  )
})
words.run()

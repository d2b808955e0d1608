import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startLocalGitHub } from '../../../local/github/server.ts'
import { ask, get, withHub } from './hub.ts'

const merge = suite('merge')

merge(
  'makes the two-parent commit of the green button',
  withHub({}, async (hub) => {
    const base = (await get(hub, '/branches/develop')).body.commit.sha
    const at = new Date('2026-02-03T04:05:06.700Z')
    const files = { 'images.json': null, 'web/new "one"': 'x' }
    const merged = await hub.merge('ACME/shop', { files, title: 'Add it', at })
    assert.is(merged.mergedAt, '2026-02-03T04:05:06Z')
    assert.equal(merged.deliveries, [])
    const { body: commit } = await get(hub, `/commits/${merged.sha}`)
    assert.equal(commit.parents.length, 2)
    assert.is(commit.parents[0].sha, base)
    assert.is(commit.commit.message, `Merge pull request #1 from acme/change-1\n\nAdd it`)
    assert.is(commit.commit.committer.date, '2026-02-03T04:05:06Z')
    assert.is((await get(hub, '/contents/images.json')).status, 404)
    assert.is((await get(hub, '/contents/web/new%20%22one%22')).status, 200)
    const { body: pull } = await get(hub, `/pulls/${merged.number}`)
    assert.equal([pull.merged, pull.state, pull.title], [true, 'closed', 'Add it'])
    assert.is(pull.merge_commit_sha, merged.sha)
    assert.is(pull.merged_at, merged.mergedAt)
    assert.equal([pull.base.ref, pull.base.sha, pull.base.repo.full_name], ['develop', base, 'acme/shop'])
    assert.is(pull.head.sha, commit.parents[1].sha)
    assert.is(pull.base.repo.id, (await get(hub, '')).body.id)
  }),
)
merge(
  'squashes into one commit with one parent',
  withHub({}, async (hub) => {
    const { sha, number } = await hub.merge('acme/shop', {
      files: { a: '1' },
      title: 'One',
      method: 'squash',
    })
    const { body } = await get(hub, `/commits/${sha}`)
    assert.is(body.parents.length, 1)
    assert.is(body.commit.message, 'One (#1)')
    assert.is((await get(hub, `/pulls/${number}`)).body.merge_commit_sha, sha)
    assert.is((await get(hub, '/branches/develop')).body.commit.sha, sha)
  }),
)
merge(
  'keeps all of many merges at the same time',
  withHub({}, async (hub) => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const merges = await Promise.all(names.map((name) => hub.merge('acme/shop', { files: { [name]: name } })))
    assert.equal(merges.map(({ number }) => number).sort(), [1, 2, 3, 4, 5])
    for (const name of names) assert.is((await get(hub, `/contents/${name}`)).status, 200)
    assert.is((await get(hub, '/pulls?state=closed')).body.length, 5)
  }),
)
merge(
  'refuses a repository or a base that is not there',
  withHub({}, async (hub) => {
    await hub.create('acme/empty')
    const failed = (work: Promise<unknown>) =>
      work.then(
        () => '',
        (error: Error) => error.message,
      )
    assert.match(await failed(hub.merge('acme/none', { files: {} })), /no repository acme\/none/)
    assert.match(await failed(hub.merge('acme/empty', { files: { a: '' } })), /it is empty/)
    assert.match(
      await failed(hub.merge('acme/shop', { files: {}, base: 'main' })),
      /no branch main: it has develop/,
    )
    assert.match(await failed(hub.create('Acme/Shop', { files: {} })), /exists already/)
    const [bad, good] = await Promise.allSettled([
      hub.merge('acme/shop', { files: {}, base: 'main' }),
      hub.merge('acme/shop', { files: { a: '' } }),
    ])
    assert.equal([bad?.status, good?.status], ['rejected', 'fulfilled'])
    await hub.push('acme/shop', { files: {}, branch: 'change-2' })
    assert.match(await failed(hub.merge('acme/shop', { files: { b: '' } })), /fast-import ended with 1/)
  }),
)
merge(
  'moves a branch on to another one, and tells of it, though there is no develop',
  withHub({}, async (hub) => {
    await hub.create('acme/bare')
    await hub.push('acme/bare', { files: { a: '1' }, branch: 'main' })
    const { sha } = await hub.merge('acme/bare', { files: { a: '2' }, base: 'main' })
    const moved = await hub.forward('acme/bare', { from: 'main', to: 'release/1.x' })
    assert.is(moved.sha, sha)
    const { body } = await ask(hub, '/repos/acme/bare/commits/release%2F1.x')
    assert.is(body.sha, sha)
    assert.equal((await ask(hub, `/repos/acme/bare/commits/${sha}/pulls`)).body, [])
  }),
)
merge(
  'remembers repositories, pull requests and statuses over a restart',
  withHub({ token: 'right' }, async (hub, folder) => {
    const { sha } = await hub.merge('acme/shop', { files: { a: '1' } })
    const before = (await get(hub, '')).body.id
    const headers = { authorization: 'Bearer right' }
    await ask(hub, `/repos/acme/shop/statuses/${sha}`, {
      method: 'POST',
      headers,
      body: '{"state":"success"}',
    })
    const again = await startLocalGitHub({ folder })
    try {
      assert.is((await get(again, '')).body.id, before)
      assert.is((await get(again, '/pulls/1')).body.merge_commit_sha, sha)
      assert.is((await get(again, `/commits/${sha}/status`)).body.state, 'success')
      assert.is((await again.merge('acme/shop', { files: { a: '2' } })).number, 2)
    } finally {
      await again.close()
    }
  }),
)
merge.run()

const pulls = suite('pull requests')

pulls(
  'lists them by state, base and time, without the key that only a single one has',
  withHub({}, async (hub) => {
    const day = (number: number) => new Date(`2026-01-0${number}T00:00:00Z`)
    await hub.push('acme/shop', { files: { m: '' }, branch: 'main' })
    await hub.merge('acme/shop', { files: { a: '1' }, at: day(3) })
    await hub.merge('acme/shop', { files: { b: '1' }, at: day(1) })
    await hub.merge('acme/shop', { files: { c: '1' }, at: day(2), base: 'main' })
    await hub.commitAside('acme/shop', { files: { d: '1' }, branch: 'open', pull: true, at: day(4) })
    const rows: [string, number[]][] = [
      ['?state=closed&base=develop&sort=updated&direction=desc', [1, 2]],
      ['?state=closed&sort=updated', [2, 3, 1]],
      ['?state=closed&base=main', [3]],
      ['?state=all&per_page=1&page=2&sort=updated&direction=desc', [1]],
      ['', [4]],
      ['?head=acme:open', [4]],
    ]
    for (const [query, expected] of rows) {
      const list = (await get(hub, `/pulls${query}`)).body as { number: number }[]
      assert.equal(
        list.map(({ number }) => number),
        expected,
        query,
      )
      assert.not.ok('merged' in (list[0] as object))
    }
    assert.match(
      (await get(hub, '/pulls?state=all&per_page=1')).headers.get('link') ?? '',
      /page=4>; rel="last"/,
    )
    for (const number of ['5', 'x', '01']) assert.is((await get(hub, `/pulls/${number}`)).status, 404)
  }),
)
pulls(
  'shows an open one as not merged',
  withHub({}, async (hub) => {
    const aside = await hub.commitAside('acme/shop', { files: { evil: '1' }, branch: 'x', pull: true })
    const { body } = await get(hub, `/pulls/${aside.number}`)
    assert.equal([body.merged, body.merged_at, body.state], [false, null, 'open'])
    assert.is(body.head.sha, aside.sha)
    assert.is((await hub.commitAside('acme/shop', { files: {}, branch: 'y' })).number, undefined)
  }),
)
pulls(
  'names the merged one of a commit of the default branch, and open ones of any other',
  withHub({}, async (hub) => {
    const merged = await hub.merge('acme/shop', { files: { a: '1' } })
    const plain = await hub.push('acme/shop', { files: { b: '1' } })
    const aside = await hub.commitAside('acme/shop', { files: { c: '1' }, branch: 'x', pull: true })
    await hub.push('acme/shop', { files: { m: '' }, branch: 'other' })
    const elsewhere = await hub.merge('acme/shop', { files: { d: '1' }, base: 'other' })
    const head = (await get(hub, `/pulls/${merged.number}`)).body.head.sha
    const rows: [string, number[]][] = [
      [merged.sha, [merged.number]],
      [head, [merged.number]],
      [plain.sha, []],
      [aside.sha, [aside.number as number]],
      [elsewhere.sha, []],
      [(await get(hub, `/pulls/${elsewhere.number}`)).body.head.sha, []],
    ]
    for (const [sha, expected] of rows) {
      const list = (await get(hub, `/commits/${sha}/pulls`)).body as { number: number }[]
      assert.equal(
        list.map(({ number }) => number),
        expected,
      )
    }
    assert.is((await get(hub, `/commits/${'a'.repeat(40)}/pulls`)).status, 422)
  }),
)
pulls.run()

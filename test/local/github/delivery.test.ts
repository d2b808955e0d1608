import { createHmac } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Document, type Received, receiver, withHub } from './hub.ts'

const deliveries = suite('deliveries')
let secret = "It's a Secret to Everybody"
const hook = await receiver()
const webhook = { url: hook.url, secret: () => secret }

deliveries.before.each(() => {
  hook.received.length = 0
  secret = "It's a Secret to Everybody"
})
deliveries.after(() => hook.close())

deliveries(
  'sends push, then pull_request, signed over the exact bytes',
  withHub({ webhook }, async (hub) => {
    const merged = await hub.merge('acme/shop', { files: { a: '1' } })
    assert.equal(
      hook.received.map(({ headers }) => headers['x-github-event']),
      ['push', 'pull_request'],
    )
    for (const [index, { headers, body }] of hook.received.entries()) {
      const mac = (name: string) => createHmac(name, secret).update(body).digest('hex')
      assert.is(headers['x-hub-signature-256'], `sha256=${mac('sha256')}`)
      assert.is(headers['x-hub-signature'], `sha1=${mac('sha1')}`)
      assert.is(headers['content-type'], 'application/json')
      assert.match(String(headers['user-agent']), /^GitHub-Hookshot\//)
      assert.match(String(headers['x-github-delivery']), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      assert.match(String(headers['x-github-hook-id']), /^\d+$/)
      const sent = merged.deliveries[index]
      assert.equal(sent?.body, body)
      assert.equal(
        [sent?.status, sent?.response, sent?.id],
        [202, '{"enqueued":true}', headers['x-github-delivery']],
      )
    }
  }),
)
deliveries(
  'tells of a merge what GitHub tells',
  withHub({ webhook }, async (hub) => {
    const merged = await hub.merge('acme/shop', { files: { a: '1', 'images.json': null }, title: 'It' })
    const [push, event] = hook.received.map(documentOf)
    assert.equal([event.action, event.number], ['closed', merged.number])
    assert.is(event.pull_request.merged, true)
    assert.is(event.pull_request.merge_commit_sha, merged.sha)
    assert.is(event.pull_request.merged_at, merged.mergedAt)
    assert.equal([event.pull_request.base.ref, event.pull_request.title], ['develop', 'It'])
    assert.is(event.pull_request.base.repo.id, event.repository.id)
    assert.equal([event.repository.full_name, event.sender.login], ['acme/shop', 'acme'])
    const size = hook.received[1]?.body.length ?? 0
    assert.ok(size > 15_000 && size < 40_000, `a pull_request payload of ${size} bytes`)
    assert.equal(
      [push.ref, push.after, push.created, push.forced],
      ['refs/heads/develop', merged.sha, false, false],
    )
    assert.is(push.before, event.pull_request.base.sha)
    assert.is(push.repository.id, event.repository.id)
    assert.equal([push.pusher.name, push.head_commit.id], ['acme', merged.sha])
    assert.is(push.commits.length, 2)
    assert.equal([push.commits[0].added, push.commits[0].removed], [['a'], ['images.json']])
    assert.is(push.head_commit.message.split('\n')[0], 'Merge pull request #1 from acme/change-1')
  }),
)
deliveries(
  'sends what is asked for and nothing else',
  withHub({ webhook }, async (hub) => {
    const files = { a: '1' }
    const none = await hub.merge('acme/shop', { files, deliver: false })
    const one = await hub.merge('acme/shop', { files: { b: '1' }, deliver: ['pull_request'] })
    await hub.push('acme/shop', { files, deliver: false })
    await hub.commitAside('acme/shop', { files, branch: 'x', pull: true })
    assert.equal([none.deliveries.length, one.deliveries.length, hook.received.length], [0, 1, 1])
    assert.is(hook.received[0]?.headers['x-github-event'], 'pull_request')
  }),
)
deliveries(
  'tells of a push, and that a branch is new',
  withHub({ webhook }, async (hub) => {
    const first = await hub.push('acme/shop', { files: { 'ü"x': '1' }, branch: 'new', message: 'One' })
    const second = await hub.push('acme/shop', { files: { 'ü"x': '2' }, branch: 'new' })
    const [one, two] = hook.received.map(documentOf)
    assert.equal([one.ref, one.created, one.before], ['refs/heads/new', true, '0'.repeat(40)])
    assert.equal([one.after, one.commits[0].added], [first.sha, ['ü"x']])
    assert.equal([two.created, two.before, two.after], [false, first.sha, second.sha])
    assert.equal(two.commits[0].modified, ['ü"x'])
  }),
)
deliveries(
  'sends the same delivery again, signed with the secret of now',
  withHub({ webhook }, async (hub) => {
    const merged = await hub.merge('acme/shop', { files: { a: '1' }, deliver: ['pull_request'] })
    secret = 'another'
    const again = await hub.redeliver(merged.deliveries[0] as never)
    const [one, two] = hook.received
    assert.is(two?.headers['x-github-delivery'], one?.headers['x-github-delivery'])
    assert.equal(two?.body, one?.body)
    assert.is(again.id, merged.deliveries[0]?.id)
    const mac = createHmac('sha256', secret)
      .update(two?.body as Buffer)
      .digest('hex')
    assert.is(two?.headers['x-hub-signature-256'], `sha256=${mac}`)
  }),
)
deliveries(
  'pings',
  withHub({ webhook }, async (hub) => {
    const ping = await hub.ping('acme/shop')
    const event = documentOf(hook.received[0] as Received)
    assert.is(hook.received[0]?.headers['x-github-event'], 'ping')
    assert.equal([event.hook.config.secret, event.repository.full_name], ['********', 'acme/shop'])
    assert.is(String(event.hook_id), hook.received[0]?.headers['x-github-hook-id'])
    assert.is(ping.status, 202)
  }),
)
deliveries(
  'sends no signature where there is no secret',
  withHub({ webhook }, async (hub) => {
    secret = ''
    await hub.ping('acme/shop')
    assert.is(hook.received[0]?.headers['x-hub-signature-256'], undefined)
  }),
)
deliveries(
  'records that nobody answered',
  withHub({ webhook: { url: 'http://127.0.0.1:1/', secret: () => 's' } }, async (hub) => {
    const { status, response } = await hub.ping('acme/shop')
    assert.is(status, undefined)
    assert.ok(response.length > 0)
  }),
)
deliveries.run()

function documentOf(received: Received): Document {
  return JSON.parse(received.body.toString())
}

import type { webhooks } from '@octokit/openapi-webhooks-types'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { get, receiver, withHub } from './hub.ts'

type Body<Event extends keyof webhooks> = webhooks[Event]['post']['requestBody'] extends {
  content: { 'application/json': infer Payload }
}
  ? Payload
  : never
type Synchronize = Body<'pull-request-synchronize'>
type Edited = Body<'pull-request-edited'>

const hook = await receiver()
const webhook = { url: hook.url, secret: () => 's' }
const documents = <T>() => hook.received.map(({ body }) => JSON.parse(body.toString()) as T)

const reviews = suite('an open pull request')
reviews.before.each(() => {
  hook.received.length = 0
})
reviews.after(() => hook.close())

reviews(
  'is told of as opened, and is not merged',
  withHub({ webhook }, async (hub) => {
    const { sha, number, deliveries } = await hub.openPull('acme/shop', { files: { a: '1' }, title: 'It' })
    assert.equal([deliveries.length, deliveries[0]?.status, hook.received.length], [1, 202, 1])
    assert.is(hook.received[0]?.headers['x-github-event'], 'pull_request')
    const [event] = documents<Body<'pull-request-opened'>>()
    assert.equal([event?.action, event?.number], ['opened', number])
    const pull = event?.pull_request
    assert.equal([pull?.head.sha, pull?.state, pull?.merged, pull?.title], [sha, 'open', false, 'It'])
    assert.equal([pull?.merge_commit_sha, pull?.base.ref], [null, 'develop'])
    const { body } = await get(hub, `/pulls/${number}`)
    assert.equal([body.state, body.head.sha, body.head.repo.id], ['open', sha, body.base.repo.id])
  }),
)
reviews(
  'is told of as synchronized, with the heads before and after',
  withHub({ webhook }, async (hub) => {
    const opened = await hub.openPull('acme/shop', { files: { a: '1' } })
    const { sha } = await hub.pushToPull('acme/shop', opened.number, { files: { a: '2' } })
    const event = documents<Synchronize>().at(-1)
    assert.equal([event?.action, event?.before, event?.after], ['synchronize', opened.sha, sha])
    assert.is(event?.pull_request.head.sha, sha)
    assert.is((await get(hub, `/pulls/${opened.number}`)).body.head.sha, sha)
  }),
)
reviews(
  'is told of as edited when it goes into another branch, with the one before',
  withHub({ webhook }, async (hub) => {
    const { number } = await hub.openPull('acme/shop', { files: { a: '1' } })
    await hub.push('acme/shop', { files: { b: '1' }, branch: 'main', deliver: false })
    await hub.retarget('acme/shop', number, 'main')
    const event = documents<Edited>().at(-1)
    assert.equal([event?.action, event?.changes.base?.ref.from], ['edited', 'develop'])
    assert.is(event?.pull_request.base.ref, 'main')
  }),
)
reviews(
  'may lie in a fork, whose commit its parent shows',
  withHub({ webhook }, async (hub) => {
    const { sha, number } = await hub.openPull('acme/shop', { files: { a: '1' }, fork: 'ada' })
    const { body } = await get(hub, `/pulls/${number}`)
    assert.equal([body.head.repo.full_name, body.head.label.split(':')[0]], ['ada/shop', 'ada'])
    assert.is.not(body.head.repo.id, body.base.repo.id)
    assert.is((await get(hub, `/commits/${sha}`)).status, 200)
  }),
)
reviews(
  'is told of only where that is asked for, and must be there',
  withHub({ webhook }, async (hub) => {
    const { number } = await hub.openPull('acme/shop', { files: { a: '1' }, deliver: false })
    assert.equal(hook.received, [])
    await assertRefused(hub.pushToPull('acme/shop', number + 1, { files: {} }), /no open pull request 2/)
    await assertRefused(hub.openPull('acme/none', { files: {} }), /has no repository acme\/none/)
  }),
)
reviews.run()

async function assertRefused(work: Promise<unknown>, words: RegExp): Promise<void> {
  const message = await work.then(
    () => 'it was done',
    (error: Error) => error.message,
  )
  assert.match(message, words)
}

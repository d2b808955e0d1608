import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { build, merge, SHA, TIME } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
const failed = build({ state: 'failed', reason: 'RUN ended with 1', digest: undefined })
const path = `/web/builds/${failed.id}/again`
const keyed = (service: string) => ({ cookie: `artefacto-key=${pageKey('first', service)}` })
const headers = keyed('*')
const tokenIn = (text: string) => /name="token" value="([^"]+)"/.exec(text)?.[1] ?? ''
const ended = merge('failed', {
  sha: SHA,
  time: TIME,
  pullRequest: 12,
  services: [
    { name: 'web', version: '1.4.2', state: 'failed', build: failed.id },
    { name: 'api', version: '0.9.0', state: 'unchanged', build: 'x' },
  ],
})
const post = (token: string, given = headers) =>
  stage.call(path, { method: 'POST', headers: given, body: new URLSearchParams({ token }).toString() })
const form = async () => tokenIn(String((await stage.call(path, { headers })).body))

async function open(env: Record<string, string> = {}) {
  stage = await openStage(env)
  await stage.ledger.writeBuild(failed)
  await stage.ledger.writeMerge(ended)
  stage.live.status = 202
  stage.live.body = '{"accepted":"acme/shop is being built"}'
}
const close = () => stage.close()

const again = suite('badge again')
again.before.each(() => open())
again.after.each(close)
again('says what will run before it runs', async () => {
  const { status, body } = await stage.call(path, { headers })
  assert.is(status, 200)
  for (const part of [
    'acme/shop',
    SHA.slice(0, 12),
    '1.4.2',
    'It will be built.',
    '0.9.0',
    'It is published',
  ])
    assert.match(String(body), part)
  assert.equal(stage.live.calls, [])
})
again('asks build, signed, and goes back to the page of the build', async () => {
  const reply = await post(await form())
  assert.equal([reply.status, reply.headers.Location], [303, `/function/badge/web/builds/${failed.id}`])
  const [call] = stage.live.calls
  assert.equal([call?.method, call?.url], ['POST', '/function/build'])
  assert.is(call?.signature, sign('first', call?.body ?? ''))
  assert.equal(JSON.parse(call?.body ?? ''), {
    repository_id: 7,
    repository: 'acme/shop',
    sha: SHA,
    pull_request: 12,
    again: true,
  })
})
again('takes a form from before the secret was rotated', async () => {
  const token = await form()
  await stage.secret('payload-secret', 'newer\nfirst')
  assert.is((await post(token)).status, 303)
})
again('shows why build refuses', async () => {
  const token = await form()
  stage.live.status = 503
  stage.live.body = '{"error":"registry_down","message":"the registry does not answer"}'
  const { status, body } = await post(token)
  assert.is(status, 503)
  assert.match(String(body), 'The registry does not answer.')
})
again.run()

const refusing = suite('badge again refuses')
refusing.before.each(() => open())
refusing.after.each(close)
for (const service of ['web', 'other'])
  refusing(`the key of ${service} alone`, async () => {
    assert.is((await stage.call(path, { headers: keyed(service) })).status, 401)
    assert.is((await post(await form(), keyed(service))).status, 401)
    assert.equal(stage.live.calls, [])
  })
refusing('a stranger where pages are open to everybody', async () => {
  await close()
  await open({ pages: 'public' })
  assert.is((await stage.call(path)).status, 401)
  assert.is((await stage.call(path, { headers })).status, 200)
})
for (const token of ['', 'guess'])
  refusing(`a form with the token ${JSON.stringify(token)}`, async () => {
    assert.is((await post(token)).status, 401)
    assert.equal(stage.live.calls, [])
  })
refusing('the token of another build', async () => {
  const other = build({ state: 'failed', time: TIME + 5 })
  await stage.ledger.writeBuild(other)
  const { body } = await stage.call(`/web/builds/${other.id}/again`, { headers })
  assert.is((await post(tokenIn(String(body)))).status, 401)
})
refusing('a call of the build method', async () => {
  await stage.ledger.writeBuild({ ...failed, manual: true })
  const { status, body } = await stage.call(path, { headers })
  assert.is(status, 409)
  assert.match(String(body), 'call the method again in the same way')
})
refusing('a merge that is being worked on', async () => {
  const token = await form()
  await stage.ledger.writeMerge({ ...ended, state: 'building' })
  await stage.call('/', {
    method: 'POST',
    body: '{"services":["web"]}',
    headers: { 'x-hub-signature-256': sign('first', '{"services":["web"]}') },
  })
  const { status, body } = await post(token)
  assert.is(status, 409)
  assert.match(String(body), 'This merge is being worked on now')
  assert.equal(stage.live.calls, [])
})
refusing('a merge that is not kept any more', async () => {
  await stage.ledger.forgetMerge(ended)
  const { status, body } = await stage.call(path, { headers })
  assert.is(status, 409)
  assert.match(String(body), 'not kept any more')
})
refusing.run()

const cancelling = suite('badge cancel')
const running = merge('building', { ...ended, state: 'building' as const })
const cancelPath = `/web/builds/${failed.id}/cancel`
const cancelForm = async () => tokenIn(String((await stage.call(cancelPath, { headers })).body))
const cancel = (token: string, given = headers) =>
  stage.call(cancelPath, { method: 'POST', headers: given, body: new URLSearchParams({ token }).toString() })
cancelling.before.each(async () => {
  await open()
  await stage.ledger.writeBuild({ ...failed, state: 'building', reason: undefined })
  await stage.ledger.writeMerge(running)
})
cancelling.after.each(close)
cancelling('is offered while a merge waits or is built, and not once it has ended', async () => {
  const link = new RegExp(`href="/function/badge/web/builds/${failed.id}/cancel"`)
  const page = async () => String((await stage.call(`/web/builds/${failed.id}`, { headers })).body)
  assert.match(await page(), link)
  await close()
  await open()
  assert.not.match(await page(), link)
})
cancelling('says what will be cancelled before it is', async () => {
  const { status, body } = await stage.call(cancelPath, { headers })
  assert.is(status, 200)
  for (const part of [
    'acme/shop',
    '1.4.2',
    'It is not built any further, and not published.',
    'It is published',
  ])
    assert.match(String(body), part)
  assert.ok(stage.live.calls.every(({ method }) => method === 'GET'))
})
cancelling('asks build, signed, and goes back to the page of the build', async () => {
  const reply = await cancel(await cancelForm())
  assert.equal([reply.status, reply.headers.Location], [303, `/function/badge/web/builds/${failed.id}`])
  const [call] = stage.live.calls.filter(({ method }) => method === 'POST')
  assert.is(call?.signature, sign('first', call?.body ?? ''))
  assert.equal(JSON.parse(call?.body ?? ''), {
    repository_id: 7,
    repository: 'acme/shop',
    sha: SHA,
    pull_request: 12,
    cancel: true,
  })
})
cancelling('refuses the key of the service alone', async () => {
  assert.is((await cancel(await cancelForm(), keyed('web'))).status, 401)
})
cancelling('refuses the token of the form that runs it again', async () => {
  assert.is((await cancel('guess')).status, 401)
  await stage.ledger.writeMerge(ended)
  await close()
  await open()
  const again = await form()
  await stage.ledger.writeMerge(running)
  assert.is((await cancel(again)).status, 401)
})
for (const [title, change, sentence] of [
  ['that is being published', { state: 'publishing' }, 'This merge is being published'],
  ['that has ended', { state: 'failed' }, 'This merge has ended'],
  ['that GitHub has not confirmed', { state: 'queued', time: undefined }, 'GitHub has not confirmed'],
] as const)
  cancelling(`refuses a merge ${title}`, async () => {
    await stage.ledger.writeMerge({ ...running, ...change })
    const { status, body } = await stage.call(cancelPath, { headers })
    assert.is(status, 409)
    assert.match(String(body), sentence)
  })
cancelling('refuses a call of the build method', async () => {
  await stage.ledger.writeBuild({ ...failed, state: 'building', manual: true })
  const { status, body } = await stage.call(cancelPath, { headers })
  assert.is(status, 409)
  assert.match(String(body), 'ends by itself, at the latest after build_timeout')
})
cancelling.run()

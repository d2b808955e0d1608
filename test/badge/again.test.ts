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

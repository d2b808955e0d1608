import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openapi } from '../../functions/badge/openapi.generated.cjs'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { AMI, build, DISK, SERVICE_STATES, TIME } from '../badge/records.ts'
import { openStage, type Stage } from '../badge/stage.ts'
import { DOCUMENT, mismatch } from './schemas.ts'

const authorization = `Bearer ${pageKey('first', '*')}`
const record = build({
  size: 42,
  pullRequest: 12,
  manual: true,
  builtFrom: 'b'.repeat(40),
  started: '2026-11-22T18:00:03Z',
  finished: '2026-11-22T18:00:09Z',
  reason: 'because',
})

/** What badge really answers, by the operation that describes it. */
const CALLS: [operation: string, path: string, status: number, given?: object][] = [
  ['badge', '/web.svg', 200],
  ['badge', '/nobody.svg', 200],
  ['shields', '/web.json', 200],
  ['builds', '/web/builds.json', 200, { headers: { authorization } }],
  ['builds', '/web/builds.json', 303, { query: { key: pageKey('first', 'web') } }],
  ['builds', '/nobody/builds.json', 404, { headers: { authorization } }],
  ['builds', '/web/builds.json', 401],
  ['log', `/web/builds/${record.id}.log`, 200, { headers: { authorization } }],
  ['log', '/web/builds/1767225600000-1a2b3c4d5e6f.log', 404, { headers: { authorization } }],
  ['services', '/', 200, { headers: { authorization } }],
  ['service', '/web', 200, { headers: { authorization } }],
  ['service', '/web', 401, { headers: { accept: 'text/html' } }],
  ['service', '/nobody', 404, { headers: { authorization, accept: 'text/html' } }],
  ['openapi', '/_/openapi.json', 200],
  ['forget', '/', 401, { method: 'POST', body: '{}' }],
  [
    'forget',
    '/',
    400,
    { method: 'POST', body: '{}', headers: { 'x-hub-signature-256': sign('first', '{}') } },
  ],
]

const answers = suite('openapi answers')
let stage: Stage
answers.before(async () => {
  stage = await openStage()
  await stage.ledger.writeBuild(record)
  for (const [index, state] of SERVICE_STATES.entries())
    await stage.ledger.writeBuild(build({ state, time: TIME + index + 1, type: 'AMI', disk: DISK, ami: AMI }))
})
answers.after(() => stage.close())
for (const [operation, path, status, given] of CALLS)
  answers(`of ${operation} with ${status} are as described`, async () => {
    const reply = await stage.call(path, given)
    assert.is(reply.status, status, String(reply.body))
    const type = reply.headers['Content-Type'] ?? 'application/json'
    // A refusal of the stage is `code: message`; the function's own is tested in test/shared/openfaas.test.ts.
    const [, error, message] = /^(\w+): (.*)$/.exec(String(reply.body)) ?? []
    const text = String(reply.body)
    const answered = type.includes('json') && text !== '' ? JSON.parse : String
    const value = error === undefined ? answered(text) : { error, message }
    assert.is(mismatch(operation, status, type, value), undefined)
  })
answers('of openapi.json are the description itself', () => {
  assert.equal(JSON.parse(openapi), JSON.parse(JSON.stringify(DOCUMENT)))
})
answers('that are described differently are found', () => {
  assert.ok(mismatch('shields', 200, 'application/json', { schemaVersion: 2 }))
  assert.ok(mismatch('badge', 418, 'text/plain', ''))
})
answers.run()

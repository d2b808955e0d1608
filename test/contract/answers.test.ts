import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Contract, openContract } from './world.ts'

// The source of each fact stands in its row or title; [run] as in headers.test.ts.
const answers = suite('answers')
let world: Contract
answers.before(async () => {
  world = await openContract()
})
answers.after(() => world.close())

const SVG = { 'if-none-match': '"svg"' }
type Seen = { status: number; type?: string | undefined; length?: string | undefined; text?: string }
const ROWS: [title: string, query: string, headers: Record<string, string>, seen: Seen, source: string][] = [
  [
    'an SVG of bytes has its type and length',
    'answer=svg',
    {},
    { status: 200, type: 'image/svg+xml; charset=utf-8', length: '48' },
    '[run]',
  ],
  [
    'a known ETag is 304 without type',
    'answer=svg',
    SVG,
    { status: 304, type: undefined, text: '' },
    'Express 5',
  ],
  ['text is text/html', 'answer=text', {}, { status: 200, type: 'text/html; charset=utf-8' }, 'Express 5'],
  [
    'a throw is 200 with the text',
    'throw=boom',
    {},
    { status: 200, type: 'text/html; charset=utf-8', text: 'Error: boom' },
    'templates node22/index.js',
  ],
  [
    'no answer is 200, empty, text/plain',
    'answer=nothing',
    {},
    { status: 200, type: 'text/plain', length: '0', text: '' },
    'faas-provider proxy/proxy.go getContentType',
  ],
  [
    'an answer without a type has the request’s',
    'answer=nothing',
    { 'content-type': 'application/json' },
    { status: 200, type: 'application/json' },
    'faas-provider proxy/proxy.go getContentType',
  ],
  [
    '204 has a type and no length',
    'status=204',
    {},
    { status: 204, type: 'text/plain', length: undefined },
    '[run]',
  ],
]
for (const [title, query, headers, seen, source] of ROWS) {
  answers(`${title} (${source})`, async () => {
    const answer = await world.call(`/function/probe?${query}`, { headers })
    assert.is(answer.status, seen.status)
    if ('type' in seen) assert.is(answer.headers['content-type'], seen.type)
    if ('length' in seen) assert.is(answer.headers['content-length'], seen.length)
    if ('text' in seen) assert.is(answer.text, seen.text)
  })
}
for (const status of [201, 202, 303, 400, 401, 404, 409, 422, 429, 500, 502, 503]) {
  answers(`status ${status} passes with its body ([run])`, async () => {
    const answer = await world.call(`/function/probe?status=${status}&header=Location:/x`)
    assert.equal([answer.status, JSON.parse(answer.text).path], [status, '/'])
  })
}
answers('a log line of 8 kB does no harm ([run]; faasd’s collect ends a container at 64 KiB)', async () => {
  assert.is((await world.call('/function/probe?line=8000')).status, 200)
  assert.is((await world.call('/function/probe')).status, 200)
})
answers.run()

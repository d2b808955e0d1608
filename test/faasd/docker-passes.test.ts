import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { exchange, request, statusOf } from './docker-stage.ts'

let recorded: Recorded
const IMAGE = '127.0.0.1:5000/staging/web'
const TAG = '0123456789abcdef0123456789abcdef01234567'
const ID = `sha256:${'0a'.repeat(32)}`

const passing = suite('the Docker policy proxy passes')

passing.before(async () => {
  recorded = await openRecorded()
})

passing.after(() => recorded.end())

const AUTH = { 'X-Registry-Auth': 'eyJ1c2VybmFtZSI6InUifQ==' }
const JSON_TYPE = { 'Content-Type': 'application/json' }

const PASSES: Record<string, string> = {
  'a ping': request('GET /_ping'),
  'a ping without a body': request('HEAD /_ping'),
  'its version': request('GET /version', { Connection: 'keep-alive' }),
  'what the engine is': request('GET /info'),
  'a push': request(`POST /images/${IMAGE}/push?tag=${TAG}`, { ...AUTH, ...JSON_TYPE }, '{"tag":"x"}'),
  'a push without a body': request(`POST /images/${IMAGE}/push?tag=${TAG}`, AUTH),
  'a tag': request(`POST /images/${IMAGE}:${TAG}/tag?repo=127.0.0.1%3A5000%2Fweb&tag=1.4.2`),
  'a tag of a repository as it is': request(`POST /images/web/tag?repo=127.0.0.1:5000/web`),
  'a look at an image': request(`GET /images/${IMAGE}:${TAG}/json`),
  'a look at an image by its id': request(`GET /images/${ID}/json`),
  'a look at an image by digest': request(`GET /images/${IMAGE}@${ID}/json`),
  'getting an image': request(`GET /images/${IMAGE}:${TAG}/get`),
  'a removal': request(`DELETE /images/${IMAGE}:${TAG}`, { Connection: 'keep-alive' }),
  'a prune of the build cache to a size': request(
    'POST /build/prune?keep-storage=20000000000&reserved-space=20000000000',
  ),
  'a build': request(
    'POST /build?version=2&t=web%3A1',
    { 'Content-Type': 'application/tar' },
    '\0tar\r\n\xff',
  ),
  'a build that comes in chunks': `${request('POST /build?version=2', {
    'Content-Type': 'application/tar',
    'X-Registry-Config': 'e30=',
    'Transfer-Encoding': 'chunked',
  })}3\r\ntar\r\n0\r\n\r\n`,
}

for (const [title, bytes] of Object.entries(PASSES))
  passing(`${title}, as it was sent`, async () => {
    recorded.recorder.bytes()
    const answer = await exchange(recorded.stage, bytes, /^HEAD/.test(bytes) ? /\r\n\r\n/ : undefined)
    assert.is(statusOf(answer), 200, answer)
    const [asked, got] = [parted(bytes), parted(recorded.recorder.bytes())]
    assert.is(got.line, asked.line)
    assert.is(got.body, asked.body)
    for (const header of asked.headers.filter((one) => !one.startsWith('connection:')))
      assert.ok(got.headers.includes(header), header)
    assert.is(recorded.recorder.taken().length, 1)
  })

/** Names of headers in small letters, as HAProxy sends them. */
function parted(bytes: string) {
  const end = bytes.indexOf('\r\n\r\n')
  const [line, ...headers] = bytes.slice(0, end).split('\r\n')
  const small = headers.map((header) => header.replace(/^[^:]+/, (name) => name.toLowerCase()))
  return { line, headers: small, body: bytes.slice(end + 4) }
}

passing.run()

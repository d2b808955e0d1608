import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { exchange, request } from './docker-stage.ts'

let recorded: Recorded
const smuggling = suite('the Docker policy proxy and odd bytes')

smuggling.before(async () => {
  recorded = await openRecorded()
})

smuggling.after(() => recorded.end())

smuggling('refuses HTTP/1.0 and what is no HTTP', () =>
  recorded.refuses(
    [
      'GET /_ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
      'GET /_ping HTTP/2.0\r\nHost: x\r\n\r\n',
      'GET /_ping HTTP/1.2\r\nHost: x\r\n\r\n',
      'GET /_ping\r\n\r\n\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
      '\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\r\n\r\n',
    ],
    [403, 400, 405, 505, 0],
  ),
)

smuggling('refuses headers that two readers may read in two ways', () =>
  recorded.refuses(
    [
      'GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      'GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na',
      'GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
      'GET /_ping HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\na',
      'GET /_ping HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n',
      'GET /_ping HTTP/1.1\r\nHost: x\r\nX: a\rContent-Length: 1\r\n\r\n',
      'POST /build?t=x HTTP/1.1\r\nHost: x\r\nContent-Type: application/tar\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n',
      `GET /_ping HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`,
    ],
    [400, 431],
  ),
)

const HIDDEN = request('GET /containers/json')

smuggling('does not turn into HTTP/2', async () => {
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'
  assert.match(await exchange(recorded.stage, preface, /^[\s\S]{9}/), /^(?:HTTP\/1\.1 4|$)/)
})

smuggling('judges each request of a connection', async () => {
  const ping = request('GET /_ping')
  const answer = await exchange(
    recorded.stage,
    ping + ping + HIDDEN,
    /passed[\s\S]*passed[\s\S]*refused by[^}]*\}/,
  )
  assert.equal(answer.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 403'])
  assert.equal(recorded.recorder.taken(), ['GET /_ping', 'GET /_ping'])
})

const LENGTHS: Record<string, string> = {
  'a length and chunks': `Content-Length: ${HIDDEN.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks and a length': `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks in capitals': `Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks twice': `Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks and identity': `Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'identity and chunks': `Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'something like chunks': `Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks after a tab': `Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks on a second line': `Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'chunks behind a line feed': `X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'a chunk of odd size': `Transfer-Encoding: chunked\r\n\r\n0;a="\n"\r\n\r\n${HIDDEN}`,
  'a trailer': `Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n${HIDDEN}`,
  'a body that waits to be asked for': `Expect: 100-continue\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
}

for (const [title, rest] of Object.entries(LENGTHS))
  smuggling(`does not pass a second request behind ${title}`, async () => {
    const head = 'POST /build?version=2 HTTP/1.1\r\nHost: x\r\nContent-Type: application/tar\r\n'
    await exchange(recorded.stage, head + rest, /HTTP\/1\.1 [24]\d\d [\s\S]*\r\n\r\n\{.*\}/)
    assert.ok(recorded.recorder.taken().every((line) => line === 'POST /build?version=2'))
    recorded.recorder.bytes()
  })

smuggling.run()

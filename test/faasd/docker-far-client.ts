import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { request } from './docker-stage.ts'

/**
 * Run by docker-lost-client.test.ts in a network of its own: requests in each state in which a client can be lost, all
 * kept open until the process is killed.
 */
const [host, port, secrets] = process.argv.slice(2) as [string, string, string]
const secret = (name: string) => readFileSync(`${secrets}/${name}`)
const shown = { ca: secret('docker-ca'), cert: secret('docker-cert'), key: secret('docker-key') }
const chunked = { 'Content-Type': 'application/tar', 'Transfer-Encoding': 'chunked' }
const session = [
  'POST /session HTTP/1.1',
  'Connection: Upgrade, close',
  'Upgrade: h2c',
  'X-Docker-Expose-Session-Uuid: x',
  'Host: x',
]

for (const bytes of [
  request('GET /images/silent/json'),
  request('GET /_ping') + request('GET /images/silent/json'),
  request('GET /images/chatty/json'),
  `${request('POST /build?version=2', chunked)}3\r\ntar\r\n`,
  `${session.join('\r\n')}\r\n\r\n`,
])
  connect({ ...shown, host, port: Number(port), servername: 'artefacto-docker' })
    .resume()
    .write(bytes)

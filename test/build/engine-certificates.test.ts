import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf } from '../support/failure-of.ts'
import { building, engineAt, NEVER } from './engine-stage.ts'
import { openTlsEngine } from './tls-engine.ts'

let tls: Awaited<ReturnType<typeof openTlsEngine>>

const certificates = suite('an engine whose certificates are rotated')
certificates.before(async () => {
  tls = await openTlsEngine('old', 'new')
})
certificates.after(() => tls.close())

certificates('in a build ends that build, whose image is pushed with the new ones', async () => {
  const mounted = tls.secrets('mounted')
  cpSync(tls.secrets('old'), mounted, { recursive: true })
  const engine = engineAt(tls.host, mounted)
  const built = engine.build(building({ Dockerfile: 'FROM scratch\n' }), () => {}, NEVER)
  await tls.building
  tls.server.setSecureContext(tls.identity('new'))
  cpSync(tls.secrets('new'), mounted, { recursive: true })
  await tls.build()
  await built
  // As after a restart: nothing that was agreed on before goes on.
  tls.server.setTicketKeys(randomBytes(48))
  tls.server.closeAllConnections()
  const pushed = await engine.push('127.0.0.1:1/web', '1', { username: '', password: '' }, NEVER)
  assert.is(pushed, tls.digest)
  assert.is(await engine.version(), '29')
})
certificates('does not answer who shows the old ones: an error, and nobody’s fault', async () => {
  const failure = await failureOf(engineAt(tls.host, tls.secrets('old')).version())
  assert.equal([failure.code, failure.outcome], ['engine_down', 'error'])
})
certificates.run()

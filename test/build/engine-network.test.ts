import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { failureOf } from '../support/failure-of.ts'
import { inOwnNetwork } from '../support/own-network.ts'
import { building, engineAt, NEVER } from './engine-stage.ts'
import { openTlsEngine } from './tls-engine.ts'

const title = 'an engine whose network is lost'

function tests(): void {
  const lost = suite(title)
  lost('in a build ends it within half a minute, as an error and not as too slow', async () => {
    const tls = await openTlsEngine('only')
    try {
      const engine = engineAt(tls.host, tls.secrets('only'))
      const built = failureOf(engine.build(building({ Dockerfile: 'FROM scratch\n' }), () => {}, NEVER))
      await tls.building
      // Both ways: neither side hears that the other has given up.
      for (const way of ['--dport', '--sport'])
        execFileSync('iptables', ['-I', 'INPUT', '-p', 'tcp', way, String(tls.port), '-j', 'DROP'])
      const failure = await built
      assert.equal([failure.code, failure.outcome], ['engine_error', 'error'])
      assert.match(failure.message, /connection to the Docker Engine broke/)
      // What begins now does not wait for a connection for ever.
      const next = await failureOf(engine.build(building({ Dockerfile: 'FROM scratch\n' }), () => {}, NEVER))
      assert.equal(
        [next.code, next.message],
        ['engine_down', 'the Docker Engine does not answer (no answer within 20 s)'],
      )
    } finally {
      tls.close()
    }
  })
  lost.run()
}
inOwnNetwork(import.meta.filename, title, ['iptables'], tests)

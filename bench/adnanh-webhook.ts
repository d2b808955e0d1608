import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDaemon } from '../local/daemon.ts'
import { whereIs } from '../local/debian.ts'
import { livingPid } from '../local/pid-file.ts'
import { freePort } from '../test/support/free-port.ts'
import type { Deployed } from './deployed.ts'

const header = (name: string) => ({ source: 'header', name })
const payload = (name: string) => ({ source: 'payload', name })
const is = (parameter: object, value: string) => ({ match: { type: 'value', value, parameter } })

/**
 * https://github.com/adnanh/webhook with the rule of our webhook: who signs, which event, which branch. It starts a
 * command that does nothing, with what a build has to know, and answers without waiting for it.
 */
export async function startAdnanhWebhook(secret: string): Promise<Deployed> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-adnanh-'))
  const signed = { type: 'payload-hmac-sha256', secret, parameter: header('X-Hub-Signature-256') }
  const hook = {
    id: 'github',
    'http-methods': ['POST'],
    'execute-command': '/bin/true',
    'pass-arguments-to-command': [payload('repository.full_name'), payload('pull_request.merge_commit_sha')],
    'response-message': 'accepted',
    'trigger-rule': {
      and: [
        { match: signed },
        is(header('X-GitHub-Event'), 'pull_request'),
        is(payload('action'), 'closed'),
        is(payload('pull_request.merged'), 'true'),
        is(payload('pull_request.base.ref'), 'develop'),
      ],
    },
  }
  const hooks = join(folder, 'hooks.json')
  writeFileSync(hooks, JSON.stringify([hook]))
  const port = await freePort()
  const pidFile = join(folder, 'pid')
  const answers = () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.body?.cancel())
  const daemon = await startDaemon({
    name: 'webhook',
    program: whereIs('webhook') ?? 'webhook',
    args: ['-hooks', hooks, '-ip', '127.0.0.1', '-port', String(port)],
    env: { PATH: process.env.PATH },
    folder,
    log: join(folder, 'log'),
    pidFile,
    missing: () => answers().then(() => undefined, String),
    startMs: 10_000,
    stopMs: 5_000,
  })
  return {
    url: `http://127.0.0.1:${port}/hooks/github`,
    pid: livingPid(pidFile) ?? 0,
    async stop() {
      await daemon.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

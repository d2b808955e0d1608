import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Notice, noticeOf } from '../../functions/build/notice.ts'
import { standardWebhook } from '../../functions/build/standard-webhook.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { blocks, pageAt } from '../readme/markdown.ts'

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const page = blocks(pageAt('docs/notifications.md'))
const [adapter = '', teams = ''] = page.filter(({ language }) => language === 'js').map(({ text }) => text)
const shown = JSON.parse(page.find(({ language }) => language === 'json')?.text ?? '')

const folder = mkdtempSync(join(tmpdir(), 'artefacto-adapter-'))
process.env.secret_mount_path = folder
const posted: unknown[] = []
let status = 200
const channel = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  posted.push(JSON.parse(Buffer.concat(chunks).toString()))
  response.writeHead(status).end()
})

const record: MergeRecord = {
  repositoryId: 42,
  sha: shown.data.commit,
  repository: 'acme/shop',
  branch: 'develop',
  pullRequest: 7,
  time: Date.parse(shown.time),
  state: 'failed',
  notice: 'failed',
  code: 'version_taken',
  reason: shown.data.reason,
  services: [
    {
      name: 'web',
      version: '1.4.2',
      state: 'failed',
      build: '1795456859000-9d3a4a1c0f5b',
      reason: shown.data.services[0].reason,
    },
  ],
  known: [],
  attempt: 1,
  queued: shown.data.queued,
  finished: shown.time,
}
const NAMES = { publicUrl: 'https://ci.example.org', registryPull: 'registry.example.org' }

/** What the function for a channel answers to a notice, called as the node22 template calls it. */
async function told(source: string, notice: Notice, secret = SECRET): Promise<number> {
  const file = join(folder, `handler-${posted.length}-${source.length}.cjs`)
  writeFileSync(file, source)
  const handle = createRequire(file)(file) as (event: object, context: object) => Promise<number>
  let answered = 200
  const context = {
    status(code: number) {
      answered = code
      return context
    },
    succeed: () => answered,
  }
  const headers = standardWebhook([secret], notice, Date.now())
  return handle({ headers, body: Buffer.from(notice.body) }, context)
}

const docs = suite('docs/notifications.md')
docs.before(async () => {
  await new Promise<void>((resolve) => channel.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(folder, 'notify-secret'), `${SECRET}\n`)
  writeFileSync(
    join(folder, 'channel-url'),
    `http://127.0.0.1:${(channel.address() as AddressInfo).port}/T/B/x\n`,
  )
})
docs.after(() => {
  channel.closeAllConnections()
  channel.close()
  rmSync(folder, { recursive: true })
})
docs('shows an event as it is sent', () => {
  const sent = JSON.parse(noticeOf(record, NAMES).body)
  assert.equal({ ...sent, id: shown.id }, shown)
  assert.match(shown.id, /^msg_[0-9a-f]{32}$/)
})
docs('has a function that tells Slack, and rings nobody’s bell', async () => {
  const rude = { ...record, reason: 'web: <!channel> & <https://evil.example|press here>' }
  assert.is(await told(adapter, noticeOf(rude, NAMES)), 200)
  const text = 'acme/shop failed: web: &lt;!channel&gt; &amp; &lt;https://evil.example|press here&gt;'
  assert.equal(posted.at(-1), { text })
  const built = { ...record, notice: 'recovered' as const, reason: undefined }
  await told(adapter, noticeOf(built, NAMES))
  assert.equal(posted.at(-1), { text: 'acme/shop recovered: web 1.4.2 failed' })
})
docs('has one that tells Teams', async () => {
  const source = adapter.replace(/^const plain .*\nconst message .*$/m, () => teams.trim())
  const rude = { ...record, reason: 'web: [press here](https://evil.example)' }
  assert.is(await told(source, noticeOf(rude, NAMES)), 200)
  const text = 'acme/shop failed: web: \\[press here\\]\\(https://evil.example\\)'
  const content = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', wrap: true, text }] }
  assert.equal(posted.at(-1), {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
  })
})
docs(
  'has a function that refuses what another has signed, and passes on what the channel refuses',
  async () => {
    const before = posted.length
    const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
    assert.is(await told(adapter, noticeOf(record, NAMES), other), 401)
    assert.is(posted.length, before)
    status = 500
    assert.is(await told(adapter, noticeOf(record, NAMES)), 502)
  },
)
docs.run()

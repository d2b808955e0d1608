import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { AMI, build, DIGEST, DISK, merge, TIME } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
const headers = { cookie: `artefacto-key=${pageKey('first', 'web')}` }
const pageOf = async (path: string, query: Record<string, string> = {}) => {
  const reply = await stage.call(`/web/builds/${path}`, { headers, query })
  return { ...reply, text: String(reply.body) }
}
/** What a reader sees of a page: its text, without markup. */
const words = (text: string) =>
  text
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
const numbers = (text: string) => [...text.matchAll(/<div id="L(\d+)"/g)].map(([, number]) => Number(number))
const manyLines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line + 1}\n`).join('')
async function open() {
  stage = await openStage({ registry_pull: 'images.example:5000' })
}
const close = () => stage.close()

const page = suite('badge build page')
page.before.each(open)
page.after.each(close)
page('says what was built, from what, and how to take it', async () => {
  const record = build({
    title: 'Remember the basket',
    pullRequest: 12,
    size: 48_200_000,
    started: '2026-11-22T18:00:03Z',
    finished: '2026-11-22T18:01:10Z',
    logs: [await stage.log('building web\n')],
  })
  await stage.ledger.writeBuild(record)
  const { status, text, headers: sent } = await pageOf(record.id)
  assert.is(status, 200)
  const said = words(text)
  for (const part of [
    'web 1.4.2',
    'built It is published.',
    'Remember the basket',
    '#12',
    '1a2b3c4',
    'acme/shop · develop',
    '1 min 7 s',
    '48.2 MB',
    'docker pull images.example:5000/web:1.4.2',
    `docker pull images.example:5000/web@${DIGEST}`,
    '1 building web',
  ])
    assert.ok(said.includes(part), part)
  assert.match(text, `/web/builds/${record.id}.log?download"`)
  assert.not.match(text, 'http-equiv="refresh"')
  assert.match(sent['Content-Security-Policy'] ?? '', "default-src 'none'")
  assert.not.match(text, / style="/)
})
page('shows type, disk and AMI of a build of type AMI', async () => {
  await stage.ledger.writeBuild(build({ type: 'AMI', disk: DISK, ami: AMI }))
  const said = words((await pageOf(build().id)).text)
  for (const part of [
    'Type AMI',
    'Name images.example:5000/web:1.4.2-ami',
    'Stored, compressed 14.9 MB',
    `Boot test With BIOS it answered HTTP 200 on port 8080 after 5.6 s Digest ${DISK.digest}`,
    'AMI ami-0123456789abcdef0 Region eu-central-1 Snapshot snap-0fedcba9876543210',
    'npm run disk -- web:1.4.2',
    'oras pull images.example:5000/web:1.4.2-ami &amp;&amp; tar -xzSf disk.tar.gz',
    'qemu-system-x86_64',
  ])
    assert.ok(said.includes(part), part)
})
page('shows the type alone while nothing is published, and nothing of it with type Docker', async () => {
  await stage.ledger.writeBuild(build({ type: 'AMI', state: 'failed', reason: 'the machine did not answer' }))
  const failed = words((await pageOf(build().id)).text)
  assert.match(failed, 'Type AMI')
  assert.not.match(failed, /Boot test|oras/)
  const docker = build({ time: TIME + 1 })
  await stage.ledger.writeBuild(docker)
  assert.not.match(words((await pageOf(docker.id)).text), /AMI|Disk/)
})
page('shows the console of a machine line by line, and obeys nothing of it', async () => {
  const text =
    '\u001bc\u001b[?7l\u001b[2J\u001b[0mSeaBIOS (version 1.16.2)\r\n\u001b[1;32mBooting from Hard Disk...\u001b[0m\r\n' +
    '[    0.000000] Linux version 6.1.0-56-cloud-amd64\r\n\u001b[6n\u0007\u0000ami[2.1] start\r\n50%\r100%\r\n\u001b]0;title\u0007\u009b31mKernel panic \u202e<b>\r\n'
  await stage.ledger.writeBuild(build({ state: 'failed', logs: [await stage.log(text)] }))
  const [, log = ''] = /id="lines"[^>]*>(.*?)<\/section>/s.exec((await pageOf(build().id)).text) ?? []
  const lines = [...log.matchAll(/<div id="L\d+"[^>]*><a[^>]*>\d+<\/a>(.*?)<\/div>/g)].map(([, line]) => line)
  assert.equal(lines, [
    'SeaBIOS (version 1.16.2)',
    '<span class="c1 c32">Booting from Hard Disk...</span>',
    '[    0.000000] Linux version 6.1.0-56-cloud-amd64',
    'ami[2.1] start',
    '50%',
    '100%',
    '31mKernel panic &lt;b&gt;',
  ])
})
page('says why it failed, and what GitHub was not told', async () => {
  const reason = 'the build failed: RUN npm test ended with 1'
  await stage.ledger.writeBuild(build({ state: 'failed', reason, untold: 'the token may not' }))
  const { text } = await pageOf(build().id)
  assert.match(text, `<p class="note big red">${reason}</p>`)
  assert.match(words(text), 'GitHub shows no status: the token may not')
  assert.not.match(text, 'docker pull')
})
page('keeps colours, and heads each of several attempts', async () => {
  const logs = [await stage.log('cut\n'), await stage.log('#1 \u001b[1;31mred\u001b[0m\n')]
  await stage.ledger.writeBuild(build({ state: 'failed', attempt: 2, logs }))
  const { text } = await pageOf(build().id)
  assert.match(text, /<h3>Attempt 1<\/h3><div id="L1">.*cut<\/div><h3>Attempt 2<\/h3><div id="L2">/)
  assert.match(text, '<i>#1 </i><span class="c1 c31">red</span>')
})
page('shows nothing of a log as markup', async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  const record = build({
    state: 'failed',
    title: evil,
    branch: evil,
    repository: `a/${evil}`,
    reason: evil,
    logs: [await stage.log(`#1 ${evil}\n\u001b]8;;javascript:alert(1)\u001b\\x\n`)],
  })
  await stage.ledger.writeBuild(record)
  const { text } = await pageOf(record.id)
  assert.not.match(text, '<script>alert')
  assert.not.match(text, '<img')
  assert.not.match(text, 'javascript:')
  assert.match(text, '&lt;script&gt;alert(1)')
})
page('says that there is no log, and why', async () => {
  await stage.ledger.writeBuild(build({ state: 'unchanged' }))
  assert.match(words((await pageOf(build().id)).text), 'Nothing had to be built, so there is no log.')
})
page('is not there for an unknown build', async () => {
  assert.is((await pageOf('1700000000000-0a0b0c0d0e0f')).status, 404)
})
page('stays closed without the key', async () => {
  await stage.ledger.writeBuild(build())
  for (const path of [build().id, `${build().id}/live`])
    assert.is((await stage.call(`/web/builds/${path}`)).status, 401)
})
page.run()

const long = suite('badge long log')
long.before.each(open)
long.after.each(close)
const write = async (text: string) => stage.ledger.writeBuild(build({ logs: [await stage.log(text)] }))
long('is shown from its end, with links to what is before', async () => {
  await write(manyLines(5_000))
  const { text } = await pageOf(build().id)
  assert.equal([numbers(text)[0], numbers(text).length], [3_001, 2_000])
  assert.match(text, '<a href="?at=3000#L3000">Earlier</a>')
  assert.match(words(text), 'Lines 3001 to 5000 of 5000')
  assert.not.match(text, '>Later</a>')
})
long('is shown around the line of a deep link', async () => {
  await write(manyLines(5_000))
  const { text } = await pageOf(build().id, { at: '2500' })
  assert.equal([numbers(text)[0], numbers(text).at(-1)], [1_500, 3_499])
  assert.match(text, '<a href="?at=3500#L3500">Later</a><a href="?">Newest</a>')
  assert.match(text, /<div id="L2500"><a href="\?at=2500#L2500" tabindex="-1">2500<\/a>line 2500<\/div>/)
})
long('shows its end where the line is behind it', async () => {
  await write(manyLines(10))
  assert.equal(numbers((await pageOf(build().id, { at: '999999' })).text).at(-1), 10)
})
long('takes the number of a line that is typed', async () => {
  await write(manyLines(10))
  const reply = await pageOf(build().id, { go: '7' })
  const place = `/function/badge/web/builds/${build().id}?at=7#L7`
  assert.equal([reply.status, reply.headers.Location], [303, place])
})
long('sends no more than a part of endless lines', async () => {
  await write(`${'<'.repeat(3_999)}\n`.repeat(2_500))
  const { text } = await pageOf(build().id)
  assert.ok(numbers(text).length < 70)
  assert.ok(text.length < 1_200_000)
})
long('is fetched and unpacked once for many pages of it', async () => {
  await write(manyLines(5_000))
  await pageOf(build().id)
  const blobs = () => stage.memory.calls.filter((call) => call.startsWith('GET /v2/builds/web/blobs/')).length
  const before = blobs()
  for (const at of ['1', '1000', '3000']) await pageOf(build().id, { at })
  assert.is(blobs(), before)
})
long('is saved under a name of its own', async () => {
  await write('one\n')
  const reply = await pageOf(`${build().id}.log`, { download: '' })
  assert.is(reply.headers['Content-Disposition'], `attachment; filename="web-1.4.2-${build().id}.log"`)
  assert.is((await pageOf(`${build().id}.log`)).headers['Content-Disposition'], undefined)
})
long.run()

const live = suite('badge live log')
live.before.each(open)
live.after.each(close)
const building = () => build({ state: 'building', digest: undefined, started: '2026-11-22T18:00:03Z' })
const grown = async (from: number, seen = '') =>
  JSON.parse((await pageOf(`${build().id}/live`, { from: String(from), seen })).text)
const settled = () => new Promise((resolve) => setTimeout(resolve, 510))
live('gives what is new, and nothing twice', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = 'one\ntwo\nthr'
  const first = await grown(0)
  assert.equal([first.state, first.next, first.lines, first.done], ['building', 2, 2, false])
  assert.equal(numbers(first.html), [1, 2])
  assert.ok(first.wait <= 1_000)
  stage.live.log += 'ee\nfour\n'
  await settled()
  const second = await grown(first.next, first.seen)
  assert.equal([numbers(second.html), second.next], [[3, 4], 4])
  assert.match(second.html, 'three')
  assert.is(second.head, undefined)
})
live('asks build once for many who look, from where it was', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = 'one\n'
  await Promise.all(Array.from({ length: 20 }, () => grown(0)))
  assert.is(stage.live.calls.length, 1)
  await settled()
  await Promise.all(Array.from({ length: 20 }, () => grown(1)))
  assert.equal(
    stage.live.calls.map(({ url }) => url.slice(-7)),
    [`?from=0`, `?from=4`],
  )
})
live('shows the end, and the last lines, when the build is over', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = 'one\n'
  const first = await grown(0)
  stage.live.log = undefined
  const end = build({ logs: [await stage.log('one\ntwo\n')] })
  await stage.ledger.writeBuild(end)
  await settled()
  await grown(1, first.seen)
  await settled()
  const last = await grown(1, first.seen)
  assert.equal([last.done, last.state, numbers(last.html)], [true, 'built', [2]])
  assert.is(last.run, first.run)
  assert.match(last.head, 'It is published.')
  assert.match(last.said, 'web 1.4.2: built. It is published.')
})
live('is another one when another attempt begins', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = 'one\n'
  const first = await grown(0)
  await stage.ledger.writeBuild({ ...building(), attempt: 2 })
  stage.live.log = 'anew\n'
  await new Promise((resolve) => setTimeout(resolve, 2_010))
  const second = await grown(0)
  assert.is.not(second.run, first.run)
  assert.match(second.html, 'anew')
  assert.not.match(second.html, 'one')
})
live('gives the newest lines to who is far behind', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = manyLines(300_000)
  const { first, next, html } = await grown(0)
  assert.equal([first, next, numbers(html).length], [298_001, 300_000, 2_000])
})
live('refreshes by itself where scripts are off', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.log = 'one\n'
  const { text } = await pageOf(build().id)
  assert.match(text, '<noscript><meta http-equiv="refresh" content="5"></noscript>')
  assert.equal(numbers(text), [1])
  assert.match(text, 'id="said" class="unseen" role="status"')
})
live('goes on while the merge runs again', async () => {
  await stage.ledger.writeBuild(build({ state: 'failed', reason: 'no' }))
  await stage.ledger.writeMerge(merge('queued', { sha: build().commit, time: TIME }))
  const { done, head } = await grown(0)
  assert.is(done, false)
  assert.match(head, 'Its merge is being worked on now')
})
live('says that build does not answer', async () => {
  await stage.ledger.writeBuild(building())
  stage.live.status = 500
  assert.match((await grown(0)).head, 'The build function does not tell what goes on now: HTTP 500.')
})
live('refuses a place that is none', async () => {
  assert.is((await pageOf(`${build().id}/live`, { from: 'x' })).status, 400)
})
live.run()

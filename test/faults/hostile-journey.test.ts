import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import type { Files } from '../../local/github/server.ts'
import { images, type Journey, openJourney, service } from '../support/journey.ts'

const OBEYED = /[\p{Cc}\u202e]/u

const hostile = suite('hostile files of a repository')
let world: Journey
hostile.before(async () => {
  world = await openJourney()
})
hostile.after(() => world.close())

const newest = async (name: string) => {
  const history = (await (await world.page(`${name}/builds.json`)).json()) as {
    builds: { log: string; reason?: string }[]
  }
  return (await world.page(`${name}/${history.builds[0]?.log}`)).text()
}

hostile('a Dockerfile with the line ends of Windows builds', async () => {
  const record = await world.merge({
    ...images({ windows: '1.0.0' }),
    ...service('windows', 'x'),
    'windows/Dockerfile': 'FROM scratch\r\nCOPY content /\r\n',
  })
  assert.is(record.state, 'built', record.reason)
})

/** What stands in place of images.json, and the sentence that people read. */
const INSTEAD: [string, Files[string], RegExp][] = [
  ['a link to the machine', { link: '/etc/passwd' }, /^images\.json is not JSON|no images\.json/],
  ['sequences for a terminal', '[\u001b]0;owned\u0007\u009b]', /^images\.json is not JSON: /],
  ['65 kB', `[${' '.repeat(65 * 1024)}]`, /^images\.json is over 64 kB/],
  ['nothing: it is gone', null, /^there is no images\.json at the root/],
]
for (const [what, file, sentence] of INSTEAD)
  hostile(`images.json that is ${what} makes the badge say so, and what stands stays`, async () => {
    const record = await world.merge({ 'images.json': file, 'salt.txt': what })
    assert.is(record.state, 'failed', record.reason)
    assert.match(record.reason ?? '', sentence)
    assert.not.match(record.reason ?? '', OBEYED)
    await world.badge('windows', '1.0.0 · images.json invalid')
  })

hostile('a Dockerfile of over 1 MB fails the merge', async () => {
  const text = `FROM scratch\n${'# a comment\n'.repeat(100_000)}`
  const record = await world.merge({ ...images({ large: '1.0.0' }), 'large/Dockerfile': text })
  assert.equal([record.state, record.code, record.services], ['failed', 'source_refused', []])
  assert.is(record.reason, 'large/Dockerfile is over 1 MB')
})

/** Each fails its own service, finally, with a reason of one line; the one beside them is held. */
const DOCKERFILES: Record<string, string | Buffer> = {
  empty: '',
  spaces: ' \n\t\n',
  nul: 'FROM scratch\nCOPY content\0 /\n',
  bytes: Buffer.concat([Buffer.from('FROM scratch\nRUN '), Buffer.from([0xff, 0xfe, 0x80, 0x0a])]),
  onlynul: Buffer.alloc(1_000),
  escape: 'FROM scratch\n\u001b]0;owned\u0007\u001b[2JBAD\n',
  onelong: `FROM scratch\nRUN ${'x'.repeat(900_000)}\n`,
  port: 'FROM 127.0.0.1:1/evil\n',
  file: 'FROM file:///etc/passwd\n',
  climbs: 'FROM scratch\nCOPY ../../etc/passwd /\n',
  syntax: '# syntax=127.0.0.1:1/evil/frontend\nFROM scratch\n',
}

hostile('Dockerfiles that cannot be built fail with a sentence, and the function lives on', async () => {
  const versions = Object.fromEntries(Object.keys(DOCKERFILES).map((name) => [name, '1.0.0']))
  const files = Object.entries(DOCKERFILES).map(([name, text]) => [`${name}/Dockerfile`, text])
  const record = await world.merge({ ...images(versions), ...Object.fromEntries(files) })
  for (const { name, state, reason = '' } of record.services) {
    // A registry that does not answer may answer later: the merge waits, and the badge says so.
    assert.is(state, ['port', 'syntax'].includes(name) ? 'error' : 'failed', `${name}: ${reason}`)
    assert.ok(reason.length > 0 && reason.length <= 2_000, name)
    assert.not.match(reason, OBEYED)
  }
})

hostile('a step may print what it likes: the log is text, and other logs go on', async () => {
  const base = await hostNodeImage(world.engine)
  const print = [
    'process.stdout.write(Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0, 0xff, 0xfe, 0x0a]))',
    "console.log('\\u001b]0;owned\\u0007\\u009b31m\\u202e<script>alert(1)</script>')",
    "console.log('::set-output name=x::y\\r\\nlast line')",
    // Last, because BuildKit clips what is more than 200 KiB in a second.
    "process.stdout.write('x'.repeat(1_000_000) + '\\n')",
    "require('fs').writeFileSync('/done', '')",
  ].join('\n')
  const dockerfile = `FROM ${base} AS work\nCOPY print.js /\nRUN ["node", "/print.js"]\nFROM scratch\nCOPY --from=work /done /\n`
  const record = await world.merge({
    ...images({ loud: '1.0.0' }),
    'loud/Dockerfile': dockerfile,
    'loud/print.js': print,
  })
  assert.is(record.state, 'built', record.reason)
  const log = await newest('loud')
  assert.match(log, /last line\n/)
  assert.not.match(log.replace(/[\n\t]/g, ''), OBEYED)
  assert.ok(world.lines.every((line) => Buffer.byteLength(line) <= 8_000 && !OBEYED.test(line)))
  await world.badge('loud', '1.0.0')
})

hostile.run()

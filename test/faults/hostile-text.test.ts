import { Writable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { imageReply, shieldsReply } from '../../functions/badge/image.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { json } from '../../functions/shared/http.ts'
import { logLine } from '../../functions/shared/log.ts'
import { pageKey } from '../../functions/shared/page-key.ts'
import { plainText } from '../../functions/shared/printable.ts'
import { openProgress } from '../../local/progress.ts'
import { mergeLine, welcome } from '../../local/report.ts'
import { build, merge } from '../badge/records.ts'
import { openStage } from '../badge/stage.ts'

/** What people would put into a version, a path, a commit or a step's output to act on who reads it. */
const EVIL: Record<string, string> = {
  'an element': '</text></svg><script>alert(1)</script>',
  'an attribute': '" onload="alert(1)',
  'the end of CDATA': ']]><x xmlns="http://www.w3.org/1999/xhtml"/>',
  'an entity': '&x;&#x3c;script&#x3e;',
  colour: '\u001b[31mred\u001b[0m',
  'a cleared screen': '\u001b[2J\u001b[H$ rm -rf /',
  'a title': '\u001b]0;owned\u0007',
  'a link': '\u001b]8;;http://evil.example/\u001b\\docs\u001b]8;;\u001b\\',
  'the clipboard': '\u001b]52;c;cm0gLXJmIC8=\u0007',
  'one-byte controls': '\u009b31m\u0090q\u009d0;owned\u009c',
  'a bell, a backspace and a NUL': '\u0007\b\b\b\0',
  'a line written over': 'FAILED\rbuilt',
  'a forged line': 'x\nbuilt web 1.0.0',
  'text turned around': '\u202efig.eve\u202c\u2066\u200f',
  'line ends of others': 'a\u2028b\u2029c\u0085d',
  'half a character': '\ud800x',
}
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

const shown = suite('hostile text does nothing')
const look = (message: string) => ({ message, color: 'red' as const, isError: true })
for (const [what, text] of Object.entries(EVIL)) {
  shown(`in an SVG: ${what}`, async () => {
    const svg = String((await imageReply(look(text), {})).body)
    // Of what badge-maker writes itself, and nothing else.
    const tags = [...svg.matchAll(/<\/?([\w:]+)/g)].map(([, name = '']) => name)
    const known = [
      'svg',
      'title',
      'linearGradient',
      'stop',
      'clipPath',
      'rect',
      'g',
      'text',
      'filter',
      'feGaussianBlur',
    ]
    assert.equal(
      tags.filter((name) => !known.includes(name)),
      [],
    )
    assert.not.match(svg, /\son\w+=(?!&quot;)"/)
    assert.not.match(svg, OBEYED)
    assert.not.match(svg, /&(?!amp;|lt;|gt;|quot;|apos;)/)
  })
  shown(`in JSON, which gives it back as it was: ${what}`, () => {
    const bodies = [json(200, { ignored: text }).body, logLine('event', { text }, new Date())]
    for (const body of bodies) {
      assert.not.match(String(body).trimEnd(), OBEYED)
    }
    assert.is(JSON.parse(String(bodies[0])).ignored, text)
    const document = shieldsReply(look(text)).body
    assert.is(JSON.parse(String(document)).message, text)
    assert.not.match(String(document).trimEnd(), OBEYED)
  })
  shown(`in the reason of a failure, which is one line: ${what}`, () => {
    assert.not.match(new Failure('source_refused', `the path ${text} leaves`).message, OBEYED)
  })
}
shown('in a failure that quotes megabytes: a registry takes records up to 4 MB', () => {
  assert.is(new Failure('source_refused', 'x'.repeat(5_000_000)).message.length, 2_000)
})
shown.run()

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OURS = /\u001b\[(?:\d{1,2}(?:;\d+)*m|\?25[hl]|\d*[GKA])|[\n\t]|^\r/gm

/** A terminal, or a pipe, and what it was sent. */
function screen(isTTY: boolean) {
  let sent = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      sent += String(chunk)
      done()
    },
  })
  return { out: Object.assign(out, { isTTY }) as unknown as NodeJS.WriteStream, sent: () => sent }
}

const terminal = suite('hostile text does not reach the terminal of npm start')
for (const isTTY of [true, false])
  for (const [what, text] of Object.entries(EVIL))
    terminal(`${isTTY ? 'a terminal' : 'a pipe'}: ${what}`, () => {
      const { out, sent } = screen(isTTY)
      const progress = openProgress(out)
      for (const say of ['step', 'done', 'failed', 'say'] as const) progress[say](`it says ${text}.`)
      progress.quiet()
      assert.ok(sent().split('it says ').length >= 4)
      // What is ours to write: colour, the spinner's moves, whole lines.
      const rest = sent().replace(OURS, '')
      assert.not.match(rest, OBEYED)
      for (const sequence of ['\u001b]', '\u001b[2J', '\u001b[31mred']) assert.not(sent().includes(sequence))
    })
terminal('a merge is one line, whatever its reason', () => {
  const line = mergeLine(merge('failed', { reason: Object.values(EVIL).join('') }))
  assert.not.match(line, OBEYED)
})
terminal('the last words of npm start have a badge as it is', () => {
  const { out, sent } = screen(false)
  const places = { gateway: 'http://127.0.0.1:1', registry: 'r', secrets: 's', dockerHost: undefined }
  openProgress(out).say(welcome([{ name: 'web', message: '\u001b[2J\u009b1.0.0' }], places, false))
  assert.not.match(sent().replaceAll('\n', ''), OBEYED)
})
terminal.run()

const logs = suite('hostile text in a log')
logs('is shown without what a terminal obeys, in every attempt, also while it is written', async () => {
  const stage = await openStage({ pages: 'public' })
  try {
    const text = `#1 begin\r\n${Object.values(EVIL).join('\n#1 ')}\n#1 \ttab ä 🚢\n50%\r100%\n`
    const record = build({ state: 'building', logs: [await stage.log(text), await stage.log(text)] })
    await stage.ledger.writeBuild(record)
    stage.live.log = `${text}live`
    const body = String((await stage.call(`/web/builds/${record.id}.log`)).body)
    assert.not.match(body.replace(/[\n\t]/g, ''), OBEYED)
    assert.is(body.split('#1 \ttab ä 🚢\n50%\n100%\n').length, 4)
    assert.match(body, '#1 red\n')
    assert.match(body, /live\n$/)
  } finally {
    await stage.close()
  }
})
logs('is read in a moment where it is nothing but line ends, or sequences without an end', async () => {
  const stage = await openStage({})
  try {
    const texts = ['\r', '\n', '\u001b[', '\u001b]', '\u001b[0;', '\u001b'].map((piece) => {
      return `${piece.repeat(400_000)}x`
    })
    const record = build({ state: 'failed', logs: await Promise.all(texts.map(stage.log)) })
    await stage.ledger.writeBuild(record)
    const headers = { cookie: `artefacto-key=${pageKey('first', 'web')}` }
    const reply = await stage.call(`/web/builds/${record.id}.log`, { headers })
    assert.is(reply.status, 200)
  } finally {
    await stage.close()
  }
})
logs('does not take the lines after it with it', () => {
  assert.is(plainText('\u001b]0;never ended\n#2 still here\n'), '\n#2 still here\n')
  assert.is(plainText('\u001b[12\n#2 still here\n'), '12\n#2 still here\n')
})
logs.run()

const history = suite('hostile text in the ledger')
history('comes out of every answer of badge as text', async () => {
  const stage = await openStage({ pages: 'public' })
  try {
    for (const text of Object.values(EVIL)) {
      const record = build({ version: text, reason: text, branch: text, repository: text, digest: text })
      await stage.ledger.writeBuild(record)
      const list = await stage.call('/web/builds.json')
      assert.is(list.status, 200)
      assert.is(list.headers['X-Content-Type-Options'], 'nosniff')
      assert.is(JSON.parse(String(list.body)).builds[0].reason, text)
      assert.not.match(String(list.body).trimEnd(), OBEYED)
    }
  } finally {
    await stage.close()
  }
})
history.run()

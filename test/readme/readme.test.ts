import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Facts, type Look, look, UNKNOWN, UNREACHABLE } from '../../functions/badge/look.ts'
import { Failure, type FailureCode } from '../../functions/shared/failure.ts'
import { parseImages } from '../../functions/shared/images.ts'
import { imagesSchema } from '../../functions/shared/schema/images.ts'
import { decide } from '../../functions/webhook/decide.ts'
import { textOf } from '../rules/source-files.ts'
import { everyFacts } from './every-facts.ts'
import { allPages, anchor, blocks, headings, pageAt, prose, quoted, ROOT, table } from './markdown.ts'
import { readStackNames } from './stack-names.ts'

const readme = pageAt('README.md')
const pages = allPages()
const stack = readStackNames()

const links = suite('links in the documentation')
for (const page of pages)
  links(`all lead somewhere in ${page.path}`, () => {
    for (const [, target = ''] of prose(page.text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [file = '', fragment] = target.split('#')
      const path = file === '' ? page.path : join(page.path, '..', file)
      assert.ok(existsSync(join(ROOT, path)), `${target} is not there`)
      if (fragment === undefined) continue
      const there = headings(pageAt(path).text).map(anchor)
      assert.ok(there.includes(fragment), `${target}: no such heading`)
    }
  })
links('and the files that are named are there', () => {
  const named = /^(?:functions|local|registry|faasd|soak|sample|test|docs)\/[\w./-]+\.\w+$/
  for (const page of pages)
    for (const path of quoted(page.text).filter((text) => named.test(text)))
      assert.ok(existsSync(join(ROOT, path)), `${page.path} names ${path}`)
})
links.run()

const badges = suite("README's table of badges")
const shown = table(readme, 'message')
  .filter(([, colour = '']) => /^(?:green|blue|red|grey)$/.test(colour))
  .map(([message = '', color = '']) => ({ message: message.replaceAll('`', ''), color }))
const possible = [...everyFacts().map((facts: Facts): Look => look(facts)), UNKNOWN, UNREACHABLE]
badges('has only what a badge can say, in its colour', () => {
  assert.ok(shown.length > 0)
  for (const row of shown)
    assert.ok(
      possible.some(({ message, color }) => message === row.message && color === row.color),
      `${row.message} in ${row.color}`,
    )
})
badges('leaves out nothing but the missing first part', () => {
  const shape = ({ message, color }: { message: string; color: string }) =>
    `${message.replace(/^1\.4\.2 · /, '').replace(/1\.4\.[23]/, 'VERSION')} ${color}`
  assert.equal([...new Set(shown.map(shape))].sort(), [...new Set(possible.map(shape))].sort())
})
badges.run()

const settings = suite("README's tables of settings")
settings('have every variable of stack.yml, with its default', () => {
  const told = table(readme, 'variable').map(([name = '', value = '']) => [name, value].map(plain))
  assert.equal(Object.fromEntries(told), stack.environment)
})
settings('have every secret of the functions', () => {
  const told = table(readme, 'secret').flatMap(([names = '']) => quoted(names))
  assert.equal(told.sort(), stack.secrets)
})
settings('have every key of images.json', () => {
  const keys = Object.keys(imagesSchema.items.properties)
  assert.equal(
    table(readme, 'key').map(([key = '']) => plain(key)),
    keys,
  )
  assert.equal(
    table(pageAt('docs/images-json.md'), 'key').map(([key = '']) => plain(key)),
    keys,
  )
})
settings.run()

const messages = suite('messages in the documentation')
for (const path of ['README.md', 'docs/images-json.md', 'docs/github.md'])
  messages(`are the program's own in ${path}`, () => {
    const program = sentences()
    const rows = table(pageAt(path), 'message').filter(
      ([, second = '']) => !/^(?:green|blue|red|grey)$/.test(second),
    )
    assert.ok(rows.length > 0)
    for (const [cell = ''] of rows) {
      const message = cell.replace(/^`|`$/g, '')
      const parts = message.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      assert.ok(
        program.some((text) => new RegExp(parts.join('.*')).test(text)),
        message,
      )
    }
  })
messages('of images.json are what the file is answered with', () => {
  const rows = table(pageAt('docs/images-json.md'), 'what is in the file')
  assert.ok(rows.length > 15)
  for (const [file = '', cell = ''] of rows) {
    const [before = '', after = ''] = plain(cell).split('…')
    assert.throws(
      () => parseImages(Buffer.from(plain(file))),
      (error: Error) => {
        const whole = plain(cell).includes('…') ? error.message.startsWith(before) : error.message === before
        assert.ok(whole && error.message.endsWith(after), `${plain(file)}: ${error.message}`)
        return true
      },
    )
  }
})
messages('of `npm start` are those that README shows', () => {
  const start = blocks(readme).find(
    ({ language, heading }) => language === 'text' && heading === 'Two commands',
  )
  assert.ok(start)
  const program = sentences()
  // Fixed words: what stands before a value, or a whole line of words.
  const words =
    start.text.match(/^(?:[A-Z][a-z-]*(?: [\w,-]+)*(?=$| http| \d|: )| {2}(?:webhook|page) )/gm) ?? []
  assert.ok(words.length > 6)
  for (const said of words.map((line) => line.replace(/ artefacto\/sample.*/, '')))
    assert.ok(
      program.some((line) => line.includes(said)),
      said,
    )
})
messages('leave examples that images.json may hold', () => {
  for (const page of [readme, pageAt('docs/images-json.md')])
    for (const [, text = ''] of page.text.matchAll(/^```json\n([\s\S]*?)^```$/gm))
      parseImages(Buffer.from(text))
})
messages.run()

const answers = suite("README's tables of answers")
const rules = { branches: ['develop'], repositories: [] }
const repository = { id: 1, full_name: 'owner/repo' }
answers('in the delivery log are those of the webhook', () => {
  const push = { ref: 'refs/heads/main', after: 'a'.repeat(40), deleted: false, repository }
  const [pong = [], accepted = [], ignored = [], ...refused] = table(readme, 'status').slice(0, 7)
  assert.equal(JSON.parse(plain(pong[1] ?? '')), decide({ event: 'ping' }, rules))
  assert.match(accepted[1] ?? '', /"accepted":"owner\/repo \w{7} \(pull request 7\) will be built"/)
  assert.equal(JSON.parse(plain(ignored[1] ?? '')), decide({ event: 'push', payload: push }, rules))
  assert.is(refused.length, 4)
  for (const [status, body = ''] of refused) {
    const code = /"error":"(\w+)"/.exec(body)?.[1] as FailureCode
    assert.is(new Failure(code).status, Number(status), code)
  }
})
answers('of the build method have every status of a merge that failed', () => {
  const told = table(readme, 'status')
    .slice(7)
    .flatMap(([statuses = '']) => statuses.split(', ').map(Number))
  const codes = [...textOf('functions/shared/failure.ts').matchAll(/^ {2}(\w+): \[/gm)].map(
    ([, code]) => code,
  )
  const failures = codes.map((code) => new Failure(code as FailureCode))
  const statuses = failures.filter(({ outcome }) => outcome !== 'refused').map(({ status }) => status)
  assert.ok(statuses.length > 15)
  assert.equal(
    statuses.filter((status) => !told.includes(status)),
    [],
  )
})
answers.run()

function plain(cell: string): string {
  return cell === '(empty)' ? '' : cell.replaceAll('`', '')
}

/** The lines of the program, with strings that are written on two lines put together. */
function sentences(): string[] {
  const files = ['ami', 'functions', 'local', 'registry'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  return files
    .filter((file) => /\.(?:ts|mjs)$/.test(file) && !/\.(?:d|generated)\./.test(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .replace(/['"`] \+\n\s*['"`]/g, '')
        .split('\n'),
    )
}

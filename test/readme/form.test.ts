import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions, USAGE } from '../../local/options.ts'
import { allPages, blocks, pageAt, ROOT, table } from './markdown.ts'
import { readStackNames } from './stack-names.ts'

/** The commands that cannot all be run here: what can be said of their form is said. */
const form = suite('commands in the documentation')
const shell = allPages().flatMap((page) =>
  blocks(page)
    .filter(({ language }) => language === 'sh')
    .map((block) => ({ ...block, page: page.path })),
)
const lines = shell.flatMap(({ text }) => text.replace(/\\\n\s*/g, ' ').split('\n'))
const everything = allPages()
  .map(({ text }) => text)
  .join('\n')
const stack = readStackNames()

form('are shell', () => {
  assert.ok(shell.length > 10)
  for (const { text } of shell) execFileSync('bash', ['-n'], { input: text })
})
form('name scripts that package.json has', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }
  const named = [...everything.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  assert.ok(named.includes('build'))
  for (const name of [...named, 'start', 'test']) assert.ok(name in scripts, name)
})
form('start with options that npm start has', () => {
  const starts = lines.filter((line) => line.startsWith('npm start -- '))
  assert.ok(starts.length > 1)
  for (const line of starts) readOptions(line.slice('npm start -- '.length).split(' '), '/')
})
form('leave out no option of npm start', () => {
  const told = table(pageAt('README.md'), 'option').map(
    ([cell = '']) => cell.replaceAll('`', '').split(' ')[0],
  )
  const known = [...USAGE.matchAll(/--[\w-]+/g)].map(([option]) => option)
  assert.equal([...told].sort(), [...new Set(known)].sort())
})
form('create the secrets that stack.yml and a TCP engine need, all of them', () => {
  const created = [...lines.join('\n').matchAll(/faas-cli secret create ([\w-]+)/g)].map(([, name]) => name)
  assert.equal(created.sort(), stack.secrets)
})
form('call functions that stack.yml has', () => {
  const called = [...everything.matchAll(/(?:faas-cli (?:invoke|logs) |(?<!\.)\/function\/)([a-z]+)/g)]
  assert.ok(called.length > 10)
  for (const [text, name = ''] of called) assert.ok(stack.functions.includes(name), text)
})
form.run()

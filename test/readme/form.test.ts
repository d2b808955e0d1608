import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SECRETS } from '../../faasd/secrets.ts'
import { USAGE as INSTALLER } from '../../faasd/usage.ts'
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
form('leave out no option of the installer', () => {
  const cells = table(pageAt('docs/faasd.md'), 'option').map(([cell = '']) => cell)
  const told = cells.flatMap((cell) => cell.match(/--[\w-]+/g) ?? [])
  const known = [...INSTALLER.matchAll(/--[\w-]+/g)].map(([option]) => option)
  assert.equal([...new Set(told)].sort(), [...new Set(known)].sort())
})
form('tell how every secret of the installer is rotated', () => {
  const told = table(pageAt('docs/faasd.md'), 'secret').flatMap(
    ([cell = '']) => cell.match(/[a-z]+(?:-[a-z]+)+/g) ?? [],
  )
  // The key goes with its certificate, the user with the password, the CA of the engine with that of the box.
  const kept = new Set(['registry-user', 'docker-ca'])
  for (const name of SECRETS.filter((secret) => !kept.has(secret))) assert.ok(told.includes(name), name)
})
form('call functions that stack.yml has', () => {
  const called = [...everything.matchAll(/(?:faas-cli (?:invoke|logs) |(?<!\.)\/function\/)([a-z]+)/g)]
  assert.ok(called.length > 10)
  for (const [text, name = ''] of called) assert.ok(stack.functions.includes(name), text)
})
form.run()

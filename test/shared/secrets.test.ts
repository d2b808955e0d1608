import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { failureOf } from '../support/failure-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'shared-secrets-'))
const secrets = secretsIn(folder)
const write = (text: string) => writeFileSync(join(folder, 'payload-secret'), text)

const need = suite('need')
need('gives the text without the newline that editors add', async () => {
  write(' s3cret\n')
  assert.is(await secrets.need('payload-secret'), 's3cret')
})
need('names the secret that is missing', async () => {
  const { code, message } = await failureOf(secrets.need('webhook-secret'))
  assert.is(code, 'secret_missing')
  assert.is(message, 'the secret webhook-secret is missing or empty')
})
for (const [name, text] of [
  ['an empty file', ''],
  ['a newline alone', '\n'],
  ['blanks', ' \t\r\n '],
] as const)
  need(`takes ${name} for a missing secret`, async () => {
    write(text)
    assert.is((await failureOf(secrets.need('payload-secret'))).code, 'secret_missing')
  })
need.run()

const find = suite('find')
find('gives undefined where the secret is missing or empty', async () => {
  write('\n')
  assert.is(await secrets.find('payload-secret'), undefined)
  assert.is(await secrets.find('github-token'), undefined)
})
find('gives undefined where the folder is missing', async () =>
  assert.is(await secretsIn(join(folder, 'none')).find('payload-secret'), undefined),
)
find('keeps the lines of a certificate', async () => {
  write('-----BEGIN\nabc\n-----END\n')
  assert.is(await secrets.find('payload-secret'), '-----BEGIN\nabc\n-----END')
})
find.run()

const rotating = suite('rotating')
const LINES: [string, string, string[]][] = [
  ['one line', 'new', ['new']],
  ['a newline at the end', 'new\n', ['new']],
  ['two lines, the first first', 'new\nold\n', ['new', 'old']],
  ['two lines of Windows', 'new\r\nold\r\n', ['new', 'old']],
  ['blanks around', '  new \n\told\n', ['new', 'old']],
  ['an empty line between', 'new\n\nold', ['new', 'old']],
  ['two lines of three', 'new\nold\nolder\n', ['new', 'old']],
]
for (const [name, text, expected] of LINES)
  rotating(`takes ${name}`, async () => {
    write(text)
    assert.equal(await secrets.rotating('payload-secret'), expected)
  })
rotating('is a failure rather than an empty list', async () => {
  write('\n\n')
  assert.is((await failureOf(secrets.rotating('payload-secret'))).code, 'secret_missing')
})
rotating('sees a rotation at the next use', async () => {
  write('old')
  assert.equal(await secrets.rotating('payload-secret'), ['old'])
  write('new\nold')
  assert.equal(await secrets.rotating('payload-secret'), ['new', 'old'])
  rmSync(join(folder, 'payload-secret'))
  assert.is((await failureOf(secrets.rotating('payload-secret'))).code, 'secret_missing')
})
rotating.after(() => rmSync(folder, { recursive: true }))
rotating.run()

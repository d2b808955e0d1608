import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type PullAccount, pullAccountFiles } from '../../faasd/front/pull-account.ts'

const ACCOUNT: PullAccount = {
  pullUser: 'pull',
  pullPassword: 'läse nur',
  registryUser: 'artefacto',
  registryPassword: 'may push',
}

const files = suite('pullAccountFiles')
files('the pull account is the hash of the header that curl and Docker send', () => {
  const header = `Basic ${Buffer.from('pull:läse nur', 'utf8').toString('base64')}`
  const hash = createHash('sha256').update(header).digest('hex')
  assert.is(pullAccountFiles(ACCOUNT)['pull-accounts'], `${hash}\n`)
})
files("the registry's account is one line of a map file", () => {
  const line = pullAccountFiles(ACCOUNT)['registry-authorization']
  assert.is(line, 'registry Basic YXJ0ZWZhY3RvOm1heSBwdXNo\n')
})
files('the passwords are not to be read in what lets people in', () => {
  const text = pullAccountFiles(ACCOUNT)['pull-accounts']
  assert.not.match(text, /nur|Basic/)
  assert.match(text, /^[0-9a-f]{64}\n$/)
})

const REFUSED: [title: string, change: Partial<PullAccount>, words: RegExp][] = [
  ["the registry's own name", { pullUser: 'artefacto' }, /must differ from artefacto/],
  ["the registry's own password", { pullPassword: 'may push' }, /must differ from artefacto/],
  ['a name with a colon', { pullUser: 'a:b' }, /pull user .* colon/],
  ['an empty name', { pullUser: '' }, /pull user is empty/],
  ['an empty password', { pullPassword: '' }, /pull password is empty/],
  ['a password of two lines', { pullPassword: 'a\nb' }, /pull password .* line end/],
  ['a registry password of two lines', { registryPassword: 'a\r\nb' }, /registry password .* line end/],
]
for (const [title, change, words] of REFUSED)
  files(`refuses ${title}`, () => assert.throws(() => pullAccountFiles({ ...ACCOUNT, ...change }), words))
files.run()

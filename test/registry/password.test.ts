import { compareSync } from 'bcryptjs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { htpasswdWith, randomPassword } from '../../registry/password.ts'

const random = suite('randomPassword')

random('is 128 bits that need no quoting, another each time', () => {
  assert.match(randomPassword(), /^[A-Za-z0-9_-]{22}$/)
  assert.is.not(randomPassword(), randomPassword())
})

random.run()

// ---

const htpasswd = suite('htpasswdWith')

htpasswd('hashes with bcrypt at cost 4', async () => {
  const [user, hash = ''] = (await htpasswdWith('', 'ada', 'secret')).trim().split(':')
  assert.is(user, 'ada')
  assert.match(hash, /^\$2b\$04\$/)
  assert.ok(compareSync('secret', hash))
})

htpasswd('leaves a file that holds the password as it is', async () => {
  const before = `# users\n${await htpasswdWith('', 'ada', 'secret')}`
  assert.is(await htpasswdWith(before, 'ada', 'secret'), before)
})

htpasswd('changes a password and keeps the other users', async () => {
  const before = `${await htpasswdWith('', 'ada', 'old')}adam:$2b$04$x\n`
  const after = (await htpasswdWith(before, 'ada', 'new')).trim().split('\n')
  assert.is(after.length, 2)
  assert.is(after[0], 'adam:$2b$04$x')
  assert.ok(compareSync('new', after[1]?.slice('ada:'.length) ?? ''))
})

htpasswd.run()

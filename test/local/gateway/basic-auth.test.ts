import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isAdmin } from '../../../local/gateway/basic-auth.ts'

const auth = suite('isAdmin')
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const ROWS: [title: string, header: string | undefined, password: string, is: boolean][] = [
  ['takes admin and the password', basic('admin:open'), 'open', true],
  ['takes a password with a colon', basic('admin:a:b'), 'a:b', true],
  ['refuses another password', basic('admin:opem'), 'open', false],
  ['refuses a longer password', basic('admin:open1'), 'open', false],
  ['refuses another user', basic('root:open'), 'open', false],
  ['refuses no header', undefined, 'open', false],
  ['refuses another scheme', 'Bearer open', 'open', false],
  ['refuses an empty password even if it matches', basic('admin:'), '', false],
]
for (const [title, header, password, is] of ROWS) auth(title, () => assert.is(isAdmin(header, password), is))
auth.run()

import { createHmac } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admit } from '../../functions/badge/access.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { pageKey } from '../../functions/shared/page-key.ts'

const secrets = ['first', 'second']
const key = pageKey('first', 'web')
const hex = createHmac('sha256', 'first').update('page:web').digest('hex')
type Given = { query?: Record<string, string>; headers?: Record<string, string> }
const request = ({ query = {}, headers = {} }: Given) => ({
  method: 'GET',
  path: '/web/builds.json',
  query,
  headers,
  body: Buffer.alloc(0),
})
const cookie = (value: string) => ({ headers: { cookie: `other=1; artefacto-key=${value}` } })

const opening = suite('badge access')
const welcome: [string, Given][] = [
  ['the cookie', cookie(key)],
  ['the cookie in hex', cookie(hex)],
  ['a bearer token', { headers: { authorization: `Bearer ${key}` } }],
  ['the key of all services', cookie(pageKey('first', '*'))],
  ['a key of the second secret', cookie(pageKey('second', 'web'))],
]
for (const [title, given] of welcome)
  opening(`lets in ${title}`, () => assert.is(admit(request(given), 'web', secrets, false), undefined))
for (const form of [key, hex])
  opening('moves the key of the address into a cookie of that service', () => {
    const reply = admit(request({ query: { key: form, x: '1 2' } }), 'web', secrets, false)
    assert.is(reply?.status, 303)
    assert.is(reply?.headers.Location, '/function/badge/web/builds.json?x=1+2')
    const expected = `artefacto-key=${form}; HttpOnly; SameSite=Lax; Path=/function/badge/web`
    assert.is(reply?.headers['Set-Cookie'], expected)
    assert.is(reply?.headers['Referrer-Policy'], 'no-referrer')
  })
opening('marks the cookie Secure where the address is https', () => {
  const reply = admit(request({ query: { key } }), 'web', secrets, true)
  assert.match(reply?.headers['Set-Cookie'] as string, /; Secure$/)
})
opening.run()

const refusing = suite('badge access refuses')
const strangers: [string, Given, string[]][] = [
  ['nobody', {}, secrets],
  ['the key of another service', cookie(pageKey('first', 'api')), secrets],
  ['the key of another secret', cookie(pageKey('third', 'web')), secrets],
  ['a wrong key in the address, even with a right cookie', { ...cookie(key), query: { key: 'x' } }, secrets],
  ['a key of the empty secret', cookie(pageKey('', 'web')), ['']],
  ['a cookie that would break out of its header', { query: { key: `${key}\r\nX: y` } }, secrets],
  ['an empty key', { query: { key: '' } }, secrets],
]
for (const [title, given, keys] of strangers)
  refusing(title, () =>
    assert.throws(
      () => admit(request(given), 'web', keys, false),
      (error: unknown) => error instanceof Failure && error.code === 'key',
    ),
  )
refusing.run()

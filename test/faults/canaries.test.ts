import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { found } from './canaries.ts'

const SECRET = 'k9-Zr/+7fQw~x0.LmPa1'
const written: [string, Buffer | string][] = [
  ['text', `password=${SECRET}.`],
  ['gzip', gzipSync(`log ${SECRET}\n`)],
  ['hex', Buffer.from(`x${SECRET}`).toString('hex')],
  ['UTF-16', Buffer.from(SECRET, 'utf16le')],
  ['URL', `?p=${encodeURIComponent(SECRET)}`],
  ...['', 'a', 'ab', 'abc:'].flatMap((user): [string, string][] => [
    [`Basic of ${user}`, Buffer.from(`${user}${SECRET}\n`).toString('base64')],
    [`base64url of ${user}`, Buffer.from(`${user}${SECRET}tail`).toString('base64url')],
  ]),
]

/** Whether the search that proves that nothing is there would find something. */
const search = suite('the search for canaries')
for (const place of written)
  search(`finds a secret written as ${place[0]}`, () => {
    assert.ok(found([place], { secret: SECRET }).length > 0)
  })
search('finds nothing where there is nothing', () =>
  assert.equal(found([['x', 'k9-Zr']], { secret: SECRET }), []),
)
search.run()

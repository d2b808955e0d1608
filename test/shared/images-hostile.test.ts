import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { IMAGES_LIMIT, parseImages } from '../../functions/shared/images.ts'
import { failureOf } from '../support/failure-of.ts'
import { generator, mutated } from './mutated.ts'

/**
 * What somebody would write to hurt: none of it may take seconds (the runner ends a file that hangs), break the
 * stack, or end as anything but images_invalid with one line that a record can hold.
 */
const web = (keys: string) => `[{"service_name":"web","version":"1","type":"Docker",${keys}}]`
const nest = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth)
const fill = (from: string, piece: string, to: string) =>
  from + piece.repeat(Math.floor((IMAGES_LIMIT - from.length - to.length) / piece.length)) + to
const keys = Array.from({ length: 6000 }, (_, i) => `"k${i}":1`).join(',')

const FILES: [string, string][] = [
  ['lists 10,000 deep', nest(10_000, '[', ']')],
  ['lists as deep as the limit allows', nest(IMAGES_LIMIT / 2, '[', ']')],
  ['a type 10,000 lists deep', web(`"type":${nest(10_000, '[', ']')}`)],
  ['a version 10,000 lists deep', web(`"version":${nest(10_000, '[', ']')}`)],
  ['args 10,000 objects deep', web(`"args":${nest(10_000, '{"a":', '}').replace('}', '1}')}`)],
  ['lists that never end', '['.repeat(IMAGES_LIMIT)],
  ['6,000 unknown keys', `[{${keys}}]`],
  ['6,000 args', web(`"args":{${keys}}`)],
  ['entries that are numbers', fill('[1', ',1', ']')],
  ['entries that are empty', fill('[{}', ',{}', ']')],
  ['a key of 60 kB', web(`"${'k'.repeat(60_000)}":1`)],
  ['an arg named with 60 kB', web(`"args":{"${'k'.repeat(60_000)}":1}`)],
  ['a key of control characters', web('"\\u001b[31m\\n\\u0000":1')],
  ['a name that never decides', fill('[{"service_name":"', 'a-', '!"}]')],
  ['a name of one letter', fill('[{"service_name":"', 'a', '!"}]')],
  ['a path of points', fill(web('"context":"').slice(0, -2), './', '\\n"}]')],
  ['a path of slashes', fill(web('"context":"').slice(0, -2), '/a', '\\n"}]')],
  ['a path that climbs at its end', fill(web('"dockerfile":"a').slice(0, -2), '/..a', '/.."}]')],
  ['spaces', ' '.repeat(IMAGES_LIMIT)],
  ['backslashes', fill('["', '\\\\', '"]')],
  ['a megabyte', web(`"context":"${'a/'.repeat(500_000)}"`)],
]
const hostile = suite('parseImages refuses at once')
for (const [name, json] of FILES)
  hostile(name, async () => {
    const { code, message } = await failureOf(() => parseImages(Buffer.from(json)))
    assert.is(code, 'images_invalid')
    assert.ok(message.length < 2000, `${message.length} letters`)
    assert.not.match(message, /\p{Cc}/u)
  })
hostile('a file over the limit before it reads any of it', async () => {
  const { message } = await failureOf(() => parseImages(Buffer.alloc(IMAGES_LIMIT + 1, '[')))
  assert.is(message, 'images.json is over 64 kB')
})
hostile.run()

const random = suite('parseImages of 5,000 mutated files')
random('gives entries or images_invalid, never anything else', async () => {
  const next = generator(20261122)
  const sound = Buffer.from(web('"context":"a/b","dockerfile":"D","args":{"A":"1"},"target":"t"'))
  let refused = 0
  for (let round = 0; round < 5000; round += 1) {
    const bytes = mutated(next, sound)
    try {
      for (const entry of parseImages(bytes)) assert.match(entry.service_name, /^[a-z0-9._-]{1,63}$/)
    } catch (error) {
      const failure = await failureOf(() => Promise.reject(error))
      assert.is(failure.code, 'images_invalid')
      assert.match(failure.message, /^images\.json[^\p{Cc}]+$/u)
      refused += 1
    }
  }
  assert.ok(refused > 1000 && refused < 5000, `${refused} of 5000 refused`)
})
random.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { IMAGES_LIMIT, parseImages } from '../../functions/shared/images.ts'
import { failureOf } from '../support/failure-of.ts'

const WEB = { service_name: 'web', version: '1.4.2', type: 'Docker' }
const file = (...entries: unknown[]) => Buffer.from(JSON.stringify(entries))
const text = (json: string) => Buffer.from(json)

const whole = suite('parseImages refuses a file')
const FILES: [string, Buffer, RegExp | string][] = [
  ['without a service', text('[]'), 'images.json: /: must NOT have fewer than 1 items'],
  ['that is an object', text('{"services":[]}'), 'images.json: /: must be array'],
  ['that is null', text('null'), 'images.json: /: must be array'],
  ['whose entry is a list', file([]), 'images.json: /0: must be object'],
  ['whose entry is null', file(null), 'images.json: /0: must be object'],
  ['of 51 services', file(...Array(51).fill(WEB)), 'images.json: /: must NOT have more than 50 items'],
  ['of a byte over 64 kB', Buffer.alloc(IMAGES_LIMIT + 1, ' '), 'images.json is over 64 kB'],
  ['that is empty', text(''), 'images.json is not JSON: Unexpected end of JSON input'],
  ['that is cut off', file(WEB).subarray(0, -1), /^images\.json is not JSON: /],
  [
    'with a byte order mark',
    text(`\ufeff${file(WEB)}`),
    /^images\.json begins with a byte order mark: save it as/,
  ],
  [
    'in UTF-16 with a mark',
    Buffer.from(`\ufeff${file(WEB)}`, 'utf16le'),
    /^images\.json is not JSON: .*utf-8/,
  ],
  ['in UTF-16 without', Buffer.from(file(WEB).toString(), 'utf16le'), /^images\.json is not JSON: /],
  ['in Latin-1', Buffer.from('["ü"]', 'latin1'), /^images\.json is not JSON: .*utf-8/],
  ['with a comma before }', text('[{"service_name":"web",}]'), /^images\.json is not JSON: .*position 23/],
  ['with a comma before ], showing where', text(`[${' '.repeat(50)}"here",]`), /not JSON: .* "?here",\]/],
  [
    'with a comment, showing it',
    text('[\n  // my service\n]'),
    /not JSON: Unexpected token '\/', "\[ +\/\/ my serv/,
  ],
  ['with single quotes', text("[{'service_name':'web'}]"), /^images\.json is not JSON: .*position 2/],
  ['with NaN', text('[NaN]'), /^images\.json is not JSON: /],
]
for (const [name, bytes, message] of FILES)
  whole(name, async () => {
    const { code, message: said } = await failureOf(() => parseImages(bytes))
    assert.is(code, 'images_invalid')
    assert.ok(typeof message === 'string' ? said.startsWith(message) : message.test(said), said)
  })
whole.run()

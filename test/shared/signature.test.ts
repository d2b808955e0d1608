import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign, signedGet, verify } from '../../functions/shared/signature.ts'

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation */
const SECRET = "It's a Secret to Everybody"
const BODY = 'Hello, World!'
const SIGNATURE = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
const HEX = SIGNATURE.slice('sha256='.length)

const signing = suite('sign')
signing('makes the signature of GitHub’s documentation', () => assert.is(sign(SECRET, BODY), SIGNATURE))
signing('signs bytes and text alike', () => assert.is(sign(SECRET, Buffer.from(BODY)), SIGNATURE))
signing.run()

const verifying = suite('verify')
verifying('takes the signature of GitHub’s documentation', () => assert.ok(verify([SECRET], BODY, SIGNATURE)))
verifying('takes text beyond ASCII, and bytes that are no text', () => {
  for (const body of [Buffer.from('Zoë – 日本 🚢'), Buffer.from([0xff, 0xfe, 0x00]), Buffer.alloc(0)])
    assert.ok(verify(['schlüssel'], body, sign('schlüssel', body)))
})
verifying('takes either of two secrets, in either place', () => {
  assert.ok(verify(['new', SECRET], BODY, SIGNATURE))
  assert.ok(verify([SECRET, 'old'], BODY, SIGNATURE))
})
verifying('refuses when there is no secret at all', () => assert.not(verify([], BODY, SIGNATURE)))
verifying('refuses what an empty secret signed', () => assert.not(verify([''], BODY, sign('', BODY))))
verifying('refuses what an empty secret signed beside a real one', () =>
  assert.not(verify([SECRET, ''], BODY, sign('', BODY))),
)
verifying('refuses another secret', () => assert.not(verify(['other'], BODY, SIGNATURE)))
verifying('refuses one space more in the body', () => assert.not(verify([SECRET], `${BODY} `, SIGNATURE)))

const FORMS: [string, string | undefined][] = [
  ['no header', undefined],
  ['an empty header', ''],
  ['the prefix alone', 'sha256='],
  ['no prefix', HEX],
  ['GitHub’s older sha1 form', 'sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59'],
  ['the SHA-256 digest under sha1', `sha1=${HEX}`],
  ['a prefix in upper case', `SHA256=${HEX}`],
  ['digits in upper case', `sha256=${HEX.toUpperCase()}`],
  ['63 digits', SIGNATURE.slice(0, -1)],
  ['65 digits', `${SIGNATURE}0`],
  ['two digits', 'sha256=75'],
  ['a digit that is none', `${SIGNATURE.slice(0, -1)}g`],
  ['fullwidth digits', `${SIGNATURE.slice(0, -1)}７`],
  ['an emoji', `sha256=${'🚢'.repeat(32)}`],
  ['a space before', ` ${SIGNATURE}`],
  ['a space behind', `${SIGNATURE} `],
  ['a newline behind', `${SIGNATURE}\n`],
  ['two headers that were joined', `${SIGNATURE}, ${SIGNATURE}`],
  ['another digest', `sha256=${'0'.repeat(64)}`],
  ['a megabyte', `sha256=${'7'.repeat(1_000_000)}`],
]
for (const [name, header] of FORMS)
  verifying(`refuses ${name}`, () => assert.is(verify([SECRET], BODY, header), false))
verifying.run()

const get = suite('signedGet')
get('signs method, path and query', () => assert.is(signedGet('/web/1', 'from=7'), 'GET /web/1?from=7'))
get('has no question mark without a query', () => assert.is(signedGet('/web/1', ''), 'GET /web/1'))
get.run()

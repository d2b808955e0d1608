import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { standardWebhook } from '../../functions/build/standard-webhook.ts'

// The test vector of the libraries that the specification names.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NOTICE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' }
const NOW = 1_614_265_330_999
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

const signing = suite('standardWebhook')
signing('signs as the libraries of Standard Webhooks do', () => {
  assert.equal(standardWebhook([SECRET], NOTICE, NOW), {
    'webhook-id': NOTICE.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': SIGNATURE,
  })
})
signing('signs with both secrets while one is being rotated', () => {
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const { 'webhook-signature': both = '' } = standardWebhook([other, SECRET], NOTICE, NOW)
  const [first, second, ...more] = both.split(' ')
  assert.match(first ?? '', /^v1,[A-Za-z0-9+/]{43}=$/)
  assert.is.not(first, SIGNATURE)
  assert.equal([second, ...more], [SIGNATURE])
})
for (const [title, secret] of [
  ['without whsec_', SECRET.slice('whsec_'.length)],
  ['that is a word', 'whsec_correct horse battery staple'],
  ['that is shorter than 24 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
  ['that is longer than 64 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
  ['that is empty', 'whsec_'],
] as const)
  signing(`refuses a secret ${title}, and does not show it`, () => {
    assert.throws(
      () => standardWebhook([secret], NOTICE, NOW),
      (error: Error) =>
        error.message.startsWith('notify-secret is not of the form whsec_ and 24 to 64 bytes in base64') &&
        !error.message.includes(secret.slice('whsec_'.length) || '\0'),
    )
  })
signing.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isPassing, refusalOf } from '../../../functions/build/aws/refusal.ts'

const SECRET = 'IQoJb3JpZ2luX2VjEXAMPLE'
const thrown = (name: string, status: number | undefined, message = '', more = {}) =>
  Object.assign(new Error(message), { name, ...more, $metadata: { httpStatusCode: status } })
const network = (code: string) => Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code })

const KEYS =
  'AWS does not take the keys in aws-credentials in eu-nowhere-9: mend the secret, or enable that region for the account'
const REGION = 'there is no address of AWS for aws_region=eu-nowhere-9: write a region such as eu-central-1'
const MAY_NOT =
  'AWS does not let aws-credentials call ec2:RegisterImage in eu-nowhere-9: add it to their policy (docs/ami.md lists all)'

const MENDED: Record<string, [error: unknown, sentence: string]> = {
  'a key that EBS does not know': [thrown('UnrecognizedClientException', 403), KEYS],
  'a key that EC2 does not know': [thrown('AuthFailure', 401), KEYS],
  'a wrong secret key': [
    thrown('InvalidSignatureException', 403, `should have been 'x-amz-security-token:${SECRET}'`),
    KEYS,
  ],
  'a region that is not enabled': [thrown('OptInRequired', 401), KEYS],
  'a region that is none': [network('ENOTFOUND'), REGION],
  'a region of another endpoint': [
    thrown('InvalidSignatureException', 403, "Credential should be scoped to a valid region, not 'x'."),
    REGION,
  ],
  'a session that has ended': [
    thrown('ExpiredTokenException', 403),
    'the session token in aws-credentials has ended: put new keys into the secret',
  ],
  'a clock that is wrong': [
    thrown('InvalidSignatureException', 403, 'Signature expired: 20261123T000000Z is now earlier than …'),
    "AWS does not take this machine's clock: set it",
  ],
  'a permission of EBS': [thrown('AccessDeniedException', 403), MAY_NOT],
  'a permission of EC2': [thrown('UnauthorizedOperation', 403, `Encoded message: ${SECRET}`), MAY_NOT],
  'a quota': [
    thrown('SnapshotLimitExceeded', 400),
    'a quota of the AWS account in eu-nowhere-9 is used up (ec2:RegisterImage: SnapshotLimitExceeded): remove what is not needed, or have Service Quotas raise it',
  ],
  'anything else it does not like': [
    thrown('InvalidParameterValue', 400, 'The value is not valid'),
    'AWS refused ec2:RegisterImage: InvalidParameterValue: The value is not valid',
  ],
}
const PASSED: Record<string, [error: unknown, sentence: string]> = {
  throttling: [
    thrown('RequestThrottledException', 400),
    'AWS has throttled ec2:RegisterImage for too long; it is tried again',
  ],
  'throttling by EC2': [
    thrown('RequestLimitExceeded', 503),
    'AWS has throttled ec2:RegisterImage for too long; it is tried again',
  ],
  'an error of its own': [
    thrown('InternalServerException', 500, 'oh'),
    'AWS does not answer ec2:RegisterImage (InternalServerException)',
  ],
  'a connection that breaks': [network('ECONNRESET'), 'AWS does not answer ec2:RegisterImage (ECONNRESET)'],
  'a connection that is refused': [
    network('ECONNREFUSED'),
    'AWS does not answer ec2:RegisterImage (ECONNREFUSED)',
  ],
  'a name service that is down': [network('EAI_AGAIN'), 'AWS does not answer ec2:RegisterImage (EAI_AGAIN)'],
  silence: [thrown('TimeoutError', undefined), 'AWS does not answer ec2:RegisterImage (TimeoutError)'],
}

const refusing = suite('refusalOf')
for (const [title, [error, sentence]] of Object.entries(MENDED))
  refusing(`says what to mend: ${title}`, () => {
    const failure = refusalOf('ec2:RegisterImage', 'eu-nowhere-9', error)
    assert.equal([failure.code, failure.message, failure.cause], ['aws_refused', sentence, undefined])
    assert.is(isPassing(error), false)
    assert.not.match(JSON.stringify(failure) + failure.message, new RegExp(SECRET))
  })
for (const [title, [error, sentence]] of Object.entries(PASSED))
  refusing(`says that it passes, once that is tried: ${title}`, () => {
    const failure = refusalOf('ec2:RegisterImage', 'eu-nowhere-9', error)
    assert.equal([failure.code, failure.message], ['aws_down', sentence])
    assert.is(isPassing(error), true)
  })
refusing('an answer that is none of AWS is taken for silence', () => {
  const failure = refusalOf('ebs:StartSnapshot', 'eu-central-1', new SyntaxError('Unexpected token <'))
  assert.equal(
    [failure.code, failure.message],
    ['aws_down', 'AWS does not answer ebs:StartSnapshot (SyntaxError)'],
  )
})
refusing('tries again with the clock that the SDK has set', () =>
  assert.ok(
    isPassing(
      Object.assign(new Error(), { name: 'RequestExpired', $metadata: { clockSkewCorrected: true } }),
    ),
  ),
)
refusing.run()

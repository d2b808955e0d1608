import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readAwsCredentials } from '../../functions/shared/aws-credentials.ts'

const WHOLE = '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ab/c+d=='
const READ = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'ab/c+d==' }

const credentials = suite('aws-credentials')
const good: [title: string, text: string, expected: object][] = [
  ['is a file like ~/.aws/credentials', WHOLE, READ],
  [
    'may have line ends of Windows, blanks and remarks',
    `# mine\r\n ${WHOLE.replaceAll('\n', '\r\n  ')}\r\n`,
    READ,
  ],
  ['may have no blanks around =', WHOLE.replaceAll(' = ', '='), READ],
  ['counts below [default] only', `[a]\naws_access_key_id = x\n${WHOLE}\n[b]\naws_access_key_id = y`, READ],
  [
    'may be temporary, with its token',
    `${WHOLE.replace('AKIA', 'ASIA')}\naws_session_token = tok`,
    { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'ab/c+d==', sessionToken: 'tok' },
  ],
]
for (const [title, text, expected] of good)
  credentials(title, () => assert.equal(readAwsCredentials(text), expected))

const torn: [title: string, text: string, sentence: RegExp][] = [
  ['is empty', '', /no line \[default\]/],
  ['has another profile only', WHOLE.replace('default', 'work'), /no line \[default\]/],
  ['has no key', '[default]', /^aws_access_key_id is missing below \[default\]$/],
  ['is cut off in the middle', WHOLE.slice(0, -12), /^aws_secret_access_key is missing/],
  [
    'has the rest in the next profile',
    WHOLE.replace('aws_secret', '[b]\naws_secret'),
    /^aws_secret_access_key/,
  ],
  ['is temporary, and its token is missing', WHOLE.replace('AKIA', 'ASIA'), /aws_session_token is missing$/],
]
for (const [title, text, sentence] of torn)
  credentials(`that ${title} is refused, and not quoted`, () => {
    assert.throws(() => readAwsCredentials(text), sentence)
    assert.throws(
      () => readAwsCredentials(text),
      ({ message }: Error) => !/EXAMPLE|ab\/c/.test(message),
    )
  })
credentials.run()

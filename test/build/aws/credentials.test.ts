import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readCredentials } from '../../../functions/build/aws/credentials.ts'
import { Failure } from '../../../functions/shared/failure.ts'

const ID = 'AKIAIOSFODNN7EXAMPLE'
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const BOTH = `aws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\n`
const keys = { accessKeyId: ID, secretAccessKey: SECRET }

const GOOD: Record<string, [text: string, keys: object]> = {
  'the two keys': [`[default]\n${BOTH}`, keys],
  'a session token': [
    `[default]\n${BOTH}aws_session_token=FwoGZX==\n`,
    { ...keys, sessionToken: 'FwoGZX==' },
  ],
  'lines of Windows': [`[default]\r\n${BOTH.replaceAll('\n', '\r\n')}`, keys],
  'no blanks, and capitals': [`[default]\nAWS_ACCESS_KEY_ID=${ID}\naws_secret_access_key=${SECRET}`, keys],
  comments: [`# mine\n[default] ; this one\n${BOTH}; end`, keys],
  'the default profile of several': [
    `[other]\naws_access_key_id = AKIAOTHEROTHEROTHER1\n[default]\n${BOTH}[third]\naws_secret_access_key = x\n`,
    keys,
  ],
  'other keys beside': [`[default]\nregion = us-east-1\n${BOTH}`, keys],
}
const BAD: Record<string, [text: string, message: string]> = {
  'an empty profile': [
    '[default]\n',
    'aws-credentials is not whole: aws_access_key_id is missing in [default]',
  ],
  'no profile': [BOTH, 'aws-credentials has no profile [default]: write it as ~/.aws/credentials is written'],
  'another profile alone': [
    `[work]\n${BOTH}`,
    'aws-credentials has no profile [default]: write it as ~/.aws/credentials is written',
  ],
  'keys in JSON': [
    `{"AccessKeyId":"${ID}"}`,
    'aws-credentials has no profile [default]: write it as ~/.aws/credentials is written',
  ],
  'no secret key': [
    `[default]\naws_access_key_id = ${ID}\n`,
    'aws-credentials is not whole: aws_secret_access_key is missing in [default]',
  ],
  'an empty secret key': [
    `[default]\naws_access_key_id = ${ID}\naws_secret_access_key =\n`,
    'aws-credentials is not whole: aws_secret_access_key is missing in [default]',
  ],
  'a key cut off': [
    `[default]\naws_access_key_id = AKIAIOS\naws_secret_access_key = ${SECRET}\n`,
    'aws-credentials is not whole: aws_access_key_id in [default] is no such key',
  ],
  'a key in two words': [
    `[default]\naws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET} x\n`,
    'aws-credentials is not whole: aws_secret_access_key in [default] is no such key',
  ],
  'an empty session token': [
    `[default]\n${BOTH}aws_session_token =\n`,
    'aws-credentials is not whole: aws_session_token is missing in [default]',
  ],
}

const reading = suite('readCredentials')
for (const [title, [text, expected]] of Object.entries(GOOD))
  reading(`takes ${title}`, () => assert.equal(readCredentials(text), expected))
for (const [title, [text, message]] of Object.entries(BAD))
  reading(`says what is wrong with ${title}, and not what stands there`, () => {
    try {
      readCredentials(text)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, Failure)
      assert.equal([(error as Failure).code, (error as Failure).message], ['aws_refused', message])
    }
  })
reading.run()

import * as words from './words.ts'

export type AwsCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

/**
 * The access key of the profile `default` in a file like ~/.aws/credentials. An Error says what is missing, and quotes
 * nothing. https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 */
export function readAwsCredentials(text: string): AwsCredentials {
  const values = profile(text)
  const accessKeyId = values.get('aws_access_key_id')
  const secretAccessKey = values.get('aws_secret_access_key')
  const sessionToken = values.get('aws_session_token')
  if (!accessKeyId) throw new Error(words.awsKeyMissing('aws_access_key_id'))
  if (!secretAccessKey) throw new Error(words.awsKeyMissing('aws_secret_access_key'))
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  if (accessKeyId.startsWith('ASIA') && !sessionToken) throw new Error(words.awsTokenMissing)
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

function profile(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const begin = lines.findIndex((line) => /^\[\s*default\s*\]$/.test(line))
  if (begin < 0) throw new Error(words.awsProfileMissing)
  const after = lines.slice(begin + 1)
  const end = after.findIndex((line) => line.startsWith('['))
  const pairs = after.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const [, key = '', value = ''] = /^([a-z_]+)\s*=\s*(\S*)$/.exec(line) ?? []
    return key === '' ? [] : [[key, value] as const]
  })
  return new Map(pairs)
}

import { Failure } from '../../shared/failure.ts'
import * as words from '../words/aws.ts'

/** The keys of one user of AWS; a session token goes with keys that end by themselves. */
export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

/**
 * Profile `default` of a text in the form of ~/.aws/credentials
 * (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html). What is torn or incomplete is a Failure
 * `aws_refused` that says what is wrong, and never what stands there.
 */
export function readCredentials(text: string): Credentials {
  const keys = profile(text, 'default')
  if (keys === undefined) throw new Failure('aws_refused', words.noProfile)
  const need = (name: string, form: RegExp): string => {
    const value = keys.get(name)
    if (value === undefined || value === '') throw new Failure('aws_refused', words.keyMissing(name))
    if (!form.test(value)) throw new Failure('aws_refused', words.keyTorn(name))
    return value
  }
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html
  const accessKeyId = need('aws_access_key_id', /^\w{16,128}$/)
  const secretAccessKey = need('aws_secret_access_key', /^[!-~]+$/)
  if (!keys.has('aws_session_token')) return { accessKeyId, secretAccessKey }
  return { accessKeyId, secretAccessKey, sessionToken: need('aws_session_token', /^[!-~]+$/) }
}

function profile(text: string, wanted: string): Map<string, string> | undefined {
  const profiles = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of text.split(/\r?\n/)) {
    const [said = ''] = line.split(/(?:^|\s)[#;]/)
    const name = /^\s*\[\s*([^\]]*?)\s*\]\s*$/.exec(said)?.[1]
    if (name !== undefined) {
      current = profiles.get(name) ?? new Map()
      profiles.set(name, current)
    }
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(said) ?? []
    if (key !== undefined) current?.set(key.toLowerCase(), value ?? '')
  }
  return profiles.get(wanted)
}

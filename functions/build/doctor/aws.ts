import { readAwsCredentials } from '../../shared/aws-credentials.ts'
import { failed, ok, warning } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const NAME = 'aws'

/** Whether region and key are both there, and the key can be read; no line where neither is. */
export const checkAws: Look = async ({ config: { awsRegion }, secrets }) => {
  const text = await secrets.find('aws-credentials')
  if (text === undefined)
    return awsRegion === '' ? [] : warning(NAME, 'aws_credentials', words.awsNoKey(awsRegion))
  try {
    readAwsCredentials(text)
  } catch (error) {
    return failed(NAME, 'aws_credentials', words.awsTorn((error as Error).message))
  }
  if (awsRegion === '') return warning(NAME, 'aws_region', words.awsNoRegion)
  return ok(NAME, words.awsGood(awsRegion))
}

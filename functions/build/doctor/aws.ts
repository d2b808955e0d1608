import { failed, ok, warning } from '../../shared/check.ts'
import { readCredentials } from '../aws/credentials.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const NAME = 'aws'

/** Whether region and key are both there, and the key can be read; no line where neither is. */
export const checkAws: Look = async ({ config: { awsRegion }, secrets }) => {
  const text = await secrets.find('aws-credentials')
  if (text === undefined)
    return awsRegion === '' ? [] : warning(NAME, 'aws_credentials', words.awsNoKey(awsRegion))
  try {
    readCredentials(text)
  } catch (error) {
    return failed(NAME, 'aws_credentials', (error as Error).message)
  }
  if (awsRegion === '') return warning(NAME, 'aws_region', words.awsNoRegion)
  return ok(NAME, words.awsGood(awsRegion))
}

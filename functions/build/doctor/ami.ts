import { type Check, failed, hint, ok, warning } from '../../shared/check.ts'
import { type AmiAnswer, AmiDistrusts, amiAddress, askAmi } from '../ami-service.ts'
import * as words from '../words/doctor.ts'
import { size } from './disk.ts'
import type { Look } from './examine.ts'

const NAME = 'ami'
const GB = 1e9
/** A disk, the image in it and what a boot test writes, each a few GB at most. */
const LOW = 5 * GB
const FULL = GB

/** Whether the service that makes disks answers, takes our signature, can test a disk, and has room for one. */
export const checkAmi: Look = async ({ config: { amiHost }, secrets }) => {
  if (amiHost === '') return hint(NAME, 'ami_none', words.amiNone)
  const [secret] = await secrets.rotating('payload-secret')
  try {
    const answer = await askAmi(amiAddress(amiHost), secret)
    return [judge(amiHost, answer), judgeRoom(answer)]
  } catch (error) {
    if (error instanceof AmiDistrusts) return failed(NAME, 'secrets_differ', error.message)
    throw error
  }
}

function judge(amiHost: string, { kernel, qemu }: AmiAnswer): Check {
  return qemu ? ok(NAME, words.amiGood(amiHost, kernel)) : warning(NAME, 'ami_untested', words.amiUntested)
}

function judgeRoom({ free }: AmiAnswer): Check {
  const name = 'disk of ami'
  const says = words.amiFree(size(free))
  if (free < FULL) return failed(name, 'disk_full', says)
  return free < LOW ? warning(name, 'disk_full', says) : ok(name, says)
}

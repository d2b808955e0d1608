import { failed, skipped } from '../../shared/check.ts'
import * as words from '../words/doctor.ts'
import { judgeEnd } from './certificate.ts'
import type { Look } from './examine.ts'
import { registryFace } from './registry-face.ts'

const NAME = 'registry certificate'

/** Whether the registry's certificate is believed and lasts, and whether it asks for a password. */
export const checkRegistryCertificate: Look = async (shop, signal) => {
  if (!shop.config.registryUrl.startsWith('https:')) return skipped(NAME, words.noCertificate)
  const face = await registryFace(shop, signal).catch(() => undefined)
  if (face === undefined) return skipped(NAME, words.registrySilent)
  const end = judgeEnd(NAME, 'registry_certificate', face.validTo, shop.now())
  if (end.state === 'failed') return end
  if (face.distrust !== undefined)
    return failed(NAME, 'registry_certificate', words.distrusted(face.distrust))
  if (face.status === 200) return failed(NAME, 'registry_open', words.registryOpen)
  return end
}

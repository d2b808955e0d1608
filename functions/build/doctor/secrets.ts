import { failed, ok, warning } from '../../shared/check.ts'
import type { SecretName } from '../../shared/secrets.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

const NEEDED: SecretName[] = ['payload-secret', 'registry-user', 'registry-password']
const FOR_TCP: SecretName[] = ['docker-ca', 'docker-cert', 'docker-key']

/** Whether the secrets are there: their names only. */
export const checkSecrets: Look = async ({ config, secrets }) => {
  const needed = [...NEEDED, ...(config.dockerHosts.some((host) => host.startsWith('tcp:')) ? FOR_TCP : [])]
  const missing: string[] = []
  for (const name of needed) if ((await secrets.find(name)) === undefined) missing.push(name)
  if (missing.length > 0) return failed('secrets', 'secret_missing', words.secretsMissing(missing.join(', ')))
  if ((await secrets.find('registry-ca')) === undefined && config.registryUrl.startsWith('https:'))
    return warning('secrets', 'secret_missing', words.noCa)
  return ok('secrets', words.secretsGood(needed.join(', ')))
}

import { failed, ok } from '../../shared/check.ts'
import { Failure, toFailure } from '../../shared/failure.ts'
import { openRegistry } from '../../shared/registry.ts'
import { registryTransport } from '../../shared/registry-transport.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** Whether the registry answers and takes the password. With a transport of its own: no login is remembered. */
export const checkRegistry: Look = async ({ config, secrets }) => {
  const { registryUrl } = config
  try {
    await openRegistry(registryTransport(registryUrl, secrets)).ping()
    return ok('registry', words.registryGood(registryUrl))
  } catch (error) {
    const failure = toFailure(error)
    const says = words.registryBad(registryUrl, failure.message)
    if (failure.code === 'secret_missing') return failed('registry', 'secret_missing', says)
    if (/password/.test(failure.message)) return failed('registry', 'registry_password', says)
    const untrusted = failure instanceof Failure && UNTRUSTED.test(codeOf(failure.cause))
    return failed('registry', untrusted ? 'registry_certificate' : 'registry_down', says)
  }
}

function codeOf(cause: unknown): string {
  return String((cause as { code?: string } | undefined)?.code ?? '')
}

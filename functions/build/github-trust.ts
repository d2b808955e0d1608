import type { Agent } from 'node:https'
import { Failure } from '../shared/failure.ts'
import type { Secrets } from '../shared/secrets.ts'
import * as words from './words/github.ts'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** What a call to an address that is GitHub's, or that GitHub has named, takes to be trusted. */
export type Trust = (url: string | URL) => Promise<{ agent?: Agent }>

/** Trusts the authorities of the secret `github-ca`, beside Node's own, with GitHub and with nobody else. */
export function githubTrust(secrets: Secrets): Trust {
  let made: { ca: string; agent: Agent } | undefined
  return async (url) => {
    const ca = await secrets.find('github-ca')
    if (ca === undefined || new URL(url).protocol !== 'https:') return {}
    if (made?.ca !== ca) made = { ca, agent: await trusting(ca) }
    return { agent: made.agent }
  }
}

/** Whether the code of Node's error says that nobody vouches for a certificate. */
export function distrusted(code: string): boolean {
  return /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED_)/.test(code)
}

async function trusting(ca: string): Promise<Agent> {
  const [{ KeptAgent }, { createSecureContext, rootCertificates }, { X509Certificate }] = await Promise.all([
    import('../shared/kept-agent.ts'),
    import('node:tls'),
    import('node:crypto'),
  ])
  const certificates = ca.match(CERTIFICATE) ?? []
  try {
    // Node leaves out, and says nothing, what it cannot read.
    for (const certificate of certificates) new X509Certificate(certificate)
    if (certificates.length === 0) throw new Error()
  } catch {
    throw new Failure('secret_missing', words.caUnreadable)
  }
  // One context for all connections: to read the 140 authorities takes a while.
  const secureContext = createSecureContext({ ca: [...rootCertificates, ...certificates] })
  return new KeptAgent({ keepAlive: true, secureContext })
}

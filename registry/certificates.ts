import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { generate, type SubjectAltNameExtension } from 'selfsigned'

const DAY_MS = 86_400_000
const CA_DAYS = 3650
/** The longest that Apple's clients accept from any CA: https://support.apple.com/102028 */
const LEAF_DAYS = 825
const RENEW_DAYS = 30

/** A certificate and its private key, both PEM. */
export type KeyPair = { cert: string; key: string }

/** A new certificate authority (EC P-256, SHA-256, ten years) that can sign leaves and nothing below them. */
export async function makeAuthority(now: Date, commonName = 'artefacto registry CA'): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: new Date(now.getTime() + CA_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  return pairOf(made)
}

/** Who shows the certificate: no other usage is in it, so that a server's opens nothing as a client's. */
export type Usage = 'serverAuth' | 'clientAuth'

/** A certificate for `names` (host names and IP addresses; a server has at least one), signed by the authority. */
export async function makeLeaf(
  authority: KeyPair,
  names: string[],
  now: Date,
  { commonName = 'artefacto registry', usage = 'serverAuth' as Usage } = {},
): Promise<KeyPair> {
  const lastDay = new X509Certificate(authority.cert).validTo
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate: new Date(Math.min(now.getTime() + LEAF_DAYS * DAY_MS, Date.parse(lastDay))),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', [usage]: true },
      ...(names.length > 0 ? [altNames(names)] : []),
    ],
  })
  return pairOf(made)
}

/** With a line end, which PEM files need that are put behind one another. */
function pairOf(made: { cert: string; private: string }): KeyPair {
  return { cert: `${made.cert.trimEnd()}\n`, key: made.private }
}

function altNames(names: string[]): SubjectAltNameExtension {
  return {
    name: 'subjectAltName',
    altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
  }
}

/** Whether the leaf can stay: signed by this authority, its own key, all names covered, 30 days left. */
export function leafFits(leaf: KeyPair, authorityCert: string, names: string[], now: Date): boolean {
  const cert = new X509Certificate(leaf.cert)
  const authority = new X509Certificate(authorityCert)
  return (
    cert.checkIssued(authority) &&
    cert.verify(authority.publicKey) &&
    cert.checkPrivateKey(createPrivateKey(leaf.key)) &&
    names.every((name) => covers(cert, name)) &&
    Date.parse(cert.validTo) - now.getTime() > RENEW_DAYS * DAY_MS
  )
}

/** The names of a certificate and those of `wanted` that it lacks: what its successor must hold. */
export function allNames(leafCert: string, wanted: string[]): string[] {
  const cert = new X509Certificate(leafCert)
  const held = (cert.subjectAltName ?? '').split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
  return [...held.filter(Boolean), ...wanted.filter((name) => !covers(cert, name))]
}

function covers(cert: X509Certificate, name: string): boolean {
  return (isIP(name) ? cert.checkIP(name) : cert.checkHost(name)) !== undefined
}

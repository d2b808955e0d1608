import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Workshop } from '../workshop.ts'

/** What the registry shows to one who has no password. */
export type Face = {
  status: number
  /** Its clock, as in the header Date. */
  date: string | undefined
  /** Why its certificate is not believed. */
  distrust: string | undefined
  /** Until when its certificate holds, in ms since 1970. */
  validTo: number
}

/** Asks the registry without a password, and looks at the certificate whether or not it is to be believed. */
export async function registryFace({ config, secrets }: Workshop, signal: AbortSignal): Promise<Face> {
  const ca = await secrets.find('registry-ca')
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { agent: false, rejectUnauthorized: false, signal, ...(ca && { ca }) }
    request(`${config.registryUrl}/v2/`, options, resolve).on('error', reject).end()
  })
  answer.resume()
  const socket = answer.socket as TLSSocket
  const certificate = socket.getPeerCertificate()
  const { authorizationError } = socket as { authorizationError?: Error | string | null }
  return {
    status: answer.statusCode ?? 0,
    date: answer.headers.date,
    distrust: authorizationError ? String(authorizationError) : undefined,
    validTo: Date.parse(certificate.valid_to),
  }
}

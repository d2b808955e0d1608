import type { HookDelivery, HookRefusal } from './hooks-api.ts'
import { payloadUrl } from './set-up.ts'

/**
 * GitHub's pages, by the address of its API: Enterprise Server has the API below /api/v3 of the same host, GitHub and
 * Enterprise Cloud at api.HOST.
 */
export function webAddress(api: string): string {
  return api.replace(/\/api\/v3$/, '').replace(/^https:\/\/api\./, 'https://')
}

/** What GitHub found when it pinged the webhook. */
export function pingWords(repository: string, ping: HookDelivery | undefined, page: string): string {
  if (ping === undefined) {
    return `The webhook of ${repository} is set up. GitHub has not said yet whether its ping arrived: ${page}`
  }
  if (ping.status_code === 200) return `The webhook of ${repository} is set up. GitHub reached us: 200`
  return `The webhook of ${repository} is set up, but GitHub's ping failed: ${ping.status_code} ${ping.status}. See ${page}`
}

/** Why the webhook could not be set up by the API. */
export function refusalWords({ status, message }: HookRefusal, repository: string, file: string): string {
  if (status === 401) return `GitHub does not accept the token in ${file} (401 ${message})`
  if (status === 403) {
    return `The token in ${file} may not handle webhooks (403 ${message}): it needs "Webhooks: read and write"`
  }
  if (status === 404) {
    return `GitHub shows the webhooks of ${repository} not to the token in ${file} (404): is the name right, are you an admin there, and has a classic token the scope repo or admin:repo_hook?`
  }
  if (status === undefined) return `GitHub does not answer: ${message}`
  return `GitHub did not set up the webhook of ${repository}: ${status} ${message}`
}

/** What a person fills in where we cannot, exactly as GitHub's form names it. */
export function formToFillIn(web: string, repository: string, address: string, secretFile: string): string[] {
  return [
    `Set up the webhook yourself: ${web}/${repository}/settings/hooks/new`,
    `  Payload URL       ${payloadUrl(address)}`,
    '  Content type      application/json',
    `  Secret            the first line of ${secretFile}`,
    '  SSL verification  Enable',
    '  Events            Let me select individual events: Pull requests and Pushes, no others',
    '  Active            yes',
  ]
}

import { createHmac } from 'node:crypto'

/** The key that opens a service's pages; `*` in place of a service opens all. In base64url. */
export function pageKey(secret: string, service: string): string {
  return createHmac('sha256', secret).update(`page:${service}`).digest('base64url')
}

import { join } from 'node:path'

/** Where the address of the running gateway stands, for the doctor. */
export function gatewayFile(state: string): string {
  return join(state, 'gateway')
}

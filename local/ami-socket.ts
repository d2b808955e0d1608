import { join } from 'node:path'

/** Where the service that makes disks listens, whether it runs or not. */
export function amiSocket(state: string): string {
  return join(state, 'ami/share/ami.sock')
}

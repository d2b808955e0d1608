import { join } from 'node:path'
import { readIfThere } from '../../registry/private-file.ts'

/** The address of the service ami for this host: faasd writes that of each core service into its file hosts. */
export function amiHost(faasd: string): string | undefined {
  const hosts = readIfThere(join(faasd, 'hosts')) ?? ''
  return /^(\S+)\s+artefacto-ami$/m.exec(hosts)?.[1]
}

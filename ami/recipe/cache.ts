import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where packages and file system of the service's image are kept: AMI_CACHE, or a folder of the user's cache. */
export function cacheFolder(): string {
  return (
    process.env.AMI_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'artefacto-ami')
  )
}

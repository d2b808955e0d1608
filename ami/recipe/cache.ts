import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where packages and file system of the service's image are kept: AMI_CACHE, or a folder of the user's cache. */
export function cacheFolder(): string {
  const { AMI_CACHE, XDG_CACHE_HOME } = process.env
  return AMI_CACHE ? resolve(AMI_CACHE) : join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'artefacto-ami')
}

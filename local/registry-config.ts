import { join } from 'node:path'

/** The configuration of the registry, the same for container and program. */
export const CONFIG_FILE = join(import.meta.dirname, '../registry/config.yml')

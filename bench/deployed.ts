import { join } from 'node:path'
import { type RunningHost, runningHost } from '../test/local/host/running-host.ts'

const DIST = join(import.meta.dirname, '../dist')

/** A server in a process of its own. */
export type Deployed = Pick<RunningHost, 'url' | 'pid' | 'stop'>

/** One function as it is deployed: its bundle in the host that is in its image, without a gateway before it. */
export function deployed(
  name: string,
  env: Record<string, string>,
  dir = join(DIST, name),
): Promise<RunningHost> {
  return runningHost(join(DIST, 'host.cjs'), dir, { RAW_BODY: 'true', MAX_RAW_SIZE: '64kb', ...env })
}

import { join } from 'node:path'
import { FunctionProcess } from '../local/gateway/function-process.ts'

const DIST = join(import.meta.dirname, '../dist')

/** A function in a process of its own. */
export type Deployed = { url: string; pid: number; stop(): Promise<void> }

/** One function as it is deployed: its bundle in the host that is in its image, without a gateway before it. */
export async function deployed(
  name: string,
  env: Record<string, string>,
  dir = join(DIST, name),
): Promise<Deployed> {
  const asked = { RAW_BODY: 'true', MAX_RAW_SIZE: '64kb', ...env }
  const host = join(DIST, 'host.cjs')
  const options = { name, dir, env: asked, host, log: console.error, startsAgain: false }
  const process = new FunctionProcess(options)
  const port = await process.running()
  return { url: `http://127.0.0.1:${port}`, pid: process.pid ?? 0, stop: () => process.stop() }
}

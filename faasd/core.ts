import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { gatewayPort, mergeCompose, parseCompose, unmergeCompose } from './compose.ts'
import { coreNames, coreServices } from './core-services.ts'
import type { Images } from './images.ts'
import { restart, settled } from './restart.ts'
import type { Settings } from './settings.ts'
import { ask } from './watch/ask.ts'
import { runningTasks } from './watch/core-services.ts'

const START_SECONDS = 120

/** faasd's compose file on this box. */
export function composeFile(box: Box): string {
  return join(box.faasd, 'docker-compose.yaml')
}

/**
 * Puts the core services into faasd's compose file and restarts faasd, which is the only way to start them. The
 * file from before comes back, and faasd with it, if faasd does not start with ours.
 */
export async function keepCore(box: Box, settings: Settings, images: Images): Promise<string[]> {
  const path = composeFile(box)
  const before = readFileSync(path, 'utf8')
  const revision = revisionOf(box, settings)
  const services = coreServices({ state: box.state, settings, images, revision })
  const after = mergeCompose(before, path, services)
  const changed = after !== before
  // A run may have been interrupted between the file and the restart: what runs is asked, not what was written.
  if (!changed && (await runs(settings, revision))) return []
  if (changed) {
    writePrivate(join(box.state, 'docker-compose.before.yaml'), before)
    writePrivate(path, after, 0o644)
  }
  await restartWith(box, settings, changed ? before : undefined)
  return [changed ? `Put ${coreNames(settings).join(', ')} into ${path}` : '', 'Restarted faasd'].filter(
    Boolean,
  )
}

/** Takes the core services out again, and restarts faasd if there were any. */
export async function removeCore(box: Box, settings: Settings): Promise<string[]> {
  const path = composeFile(box)
  const before = readFileSync(path, 'utf8')
  const after = unmergeCompose(before, path, settings.gatewayPort)
  if (after === before) return []
  writePrivate(path, after, 0o644)
  await restart('faasd')
  return [`Took ${coreNames(settings).join(', ')} out of ${path} and restarted faasd`]
}

/** The settings with the gateway's port as faasd had it, for the way back. */
export function withGatewayPort(box: Box, settings: Settings): Settings {
  if (settings.gatewayPort !== null) return settings
  const path = composeFile(box)
  const port = gatewayPort(parseCompose(readFileSync(path, 'utf8'), path))
  return { ...settings, gatewayPort: port ?? null }
}

/** What of the core is not there yet; undefined when gateway, registry and both proxies are. */
export async function whatCoreLacks(box: Box, settings: Settings): Promise<string | undefined> {
  const { front } = settings
  const doors = [
    ['the gateway', `${box.gateway}/healthz`, 200],
    ['the registry', `https://${box.registry}/v2/`, 401],
    ['the front proxy', `http${front.tls ? 's' : ''}://127.0.0.1:${front.port}/healthz`, 200],
  ] as const
  for (const [name, url, wanted] of doors) {
    const status = await statusOf(url)
    if (status !== wanted) return `${name} does not answer at ${url}${status ? ` (HTTP ${status})` : ''}`
  }
  const gone = await notRunning(settings)
  return gone && `${gone} is not running (journalctl -t openfaas:${gone})`
}

/** Changes with every file that a core service reads only at its start. */
function revisionOf(box: Box, settings: Settings): string {
  const files = [
    'registry/config.yml',
    'registry/certs/registry.crt',
    'docker/haproxy.cfg',
    'front/haproxy.cfg',
  ]
  const hash = createHash('sha256')
  for (const file of files) hash.update(readIfThere(join(box.state, 'core', file)) ?? '')
  return hash
    .update(JSON.stringify([settings.front, settings.pull]))
    .digest('hex')
    .slice(0, 12)
}

async function runs(settings: Settings, revision: string): Promise<boolean> {
  for (const name of coreNames(settings)) {
    const info = await run('ctr', ['--namespace', 'openfaas', 'containers', 'info', name]).catch(() => '')
    if (!info.includes(`ARTEFACTO_REVISION=${revision}`)) return false
  }
  return (await notRunning(settings)) === undefined
}

async function notRunning(settings: Settings): Promise<string | undefined> {
  const running = runningTasks(await run('ctr', ['--namespace', 'openfaas', 'tasks', 'list']))
  return coreNames(settings).find((name) => !running.has(name))
}

async function restartWith(box: Box, settings: Settings, before: string | undefined): Promise<void> {
  try {
    await restart('faasd')
    await settled(START_SECONDS, () => whatCoreLacks(box, settings))
  } catch (error) {
    if (before === undefined) throw error
    writePrivate(composeFile(box), before, 0o644)
    await restart('faasd').catch(() => {})
    throw new Error(
      `faasd did not start with artefacto's core services, and has its old ${composeFile(box)} again: ` +
        `${(error as Error).message}. See journalctl -u faasd`,
    )
  }
}

function statusOf(url: string): Promise<number | undefined> {
  // A box's own doors, by loopback: what they are called in their certificates is not asked here.
  return ask(url, { limitMs: 3000, rejectUnauthorized: false }).then(
    ({ status }) => status,
    () => undefined,
  )
}

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { blockOf, gatewayPort, mergeCompose, parseCompose } from './compose.ts'
import { composeFile } from './core.ts'
import { coreServices } from './core-services.ts'
import { deployedFunctions, stackFile } from './functions.ts'
import { SECRETS } from './secrets.ts'
import type { Settings } from './settings.ts'
import { FUNCTIONS } from './stack.ts'

/**
 * What a run would do, in its order. It changes nothing, so what a later step does with the result of an earlier one
 * is said as it is on a new box.
 */
export async function plan(box: Box, settings: Settings): Promise<string[]> {
  const missing = [...SECRETS, 'pull-password'].filter(
    (name) => !existsSync(join(box.state, 'secrets', name)),
  )
  const there = await deployedFunctions(box)
  const old = FUNCTIONS.filter((name) => !there.some((deployed) => deployed.name === name))
  return [
    `In ${box.state}: certificates, passwords, secrets${missing.length > 0 ? ` (to make: ${missing.join(', ')})` : ''}`,
    "In containerd (namespace openfaas): images of this box's haproxy and docker-registry, installed if missing",
    ...(settings.ami
      ? ["In containerd: the image of the service ami, made of Debian's packages (100 MB)"]
      : []),
    "In this machine's CAs: the registry's; then faasd-provider restarts",
    `In ${join(box.faasd, '.docker/config.json')}: a login for ${box.registry}`,
    ...composeLines(box, settings),
    ...(settings.ami
      ? ['Of artefacto-ami: 1 GiB of memory, 128 processes, and no network but its answers']
      : []),
    `By faas-cli: the secrets ${SECRETS.join(', ')}`,
    `By faas-cli: build, push and deploy ${old.length > 0 ? old.join(', ') : 'what has changed of the functions'} ` +
      `(${readIfThere(stackFile(box)) === undefined ? 'new' : 'kept'}: ${stackFile(box)})`,
    `In ${box.units}: artefacto-watch.service and .timer, every minute; artefacto-collect, every night; in ${box.logrotate}: the registry's log`,
    'At last a test merge through all of it, whose traces are removed',
    'Nothing was changed.',
  ]
}

function composeLines(box: Box, settings: Settings): string[] {
  const path = composeFile(box)
  const before = readFileSync(path, 'utf8')
  const name = (program: string) => `docker.io/artefacto/${program}:…`
  const images = {
    haproxy: name('haproxy'),
    registry: name('registry'),
    ...(settings.ami && { ami: name('ami') }),
  }
  const after = mergeCompose(
    before,
    path,
    coreServices({ state: box.state, settings, images, revision: '…' }),
  )
  const port = gatewayPort(parseCompose(after, path))
  return [`In ${path}, the gateway's port as ${port}, and then faasd restarts:`, blockOf(after).trimEnd()]
}

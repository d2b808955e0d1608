import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axios from 'axios'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { faasCli } from './faas-cli.ts'
import { settled } from './restart.ts'
import type { Settings } from './settings.ts'
import { boxStack, FUNCTIONS, stackText } from './stack.ts'

const ROOT = join(import.meta.dirname, '..')
const START_SECONDS = 60

/** A function as faasd's /system/functions shows it. */
export type Deployed = { name: string; image: string; annotations?: Record<string, string> }

/** The stack file of this box: what faas-cli, the watcher and a person deploy from. */
export function stackFile(box: Box): string {
  return join(box.state, 'stack.yml')
}

/** The functions that faasd has. */
export async function deployedFunctions(box: Box): Promise<Deployed[]> {
  const read = (name: string) => readFileSync(join(box.faasd, 'secrets', name), 'utf8').trim()
  const auth = { username: read('basic-auth-user'), password: read('basic-auth-password') }
  const answer = await axios.get<Deployed[]>(`${box.gateway}/system/functions`, {
    auth,
    proxy: false,
    timeout: 10_000,
  })
  return answer.data
}

/** Builds, pushes and deploys those functions that are not deployed as settings and bundles say; warms them up. */
export async function keepFunctions(box: Box, settings: Settings): Promise<string[]> {
  const text = stackText()
  const images = Object.fromEntries(FUNCTIONS.map((name) => [name, bundleHash(name)]))
  const wanted = revisions(box, settings, text, images)
  const stack = boxStack(text, box, settings, wanted)
  if (readIfThere(stackFile(box)) !== stack) writePrivate(stackFile(box), stack)
  const there = await deployedFunctions(box)
  const old = FUNCTIONS.filter((name) => revisionOf(there, name) !== wanted[name])
  const unbuilt = old.filter((name) => !revisionOf(there, name)?.startsWith(images[name] as string))
  if (unbuilt.length > 0) await buildAndPush(box, unbuilt)
  for (const name of old) await deploy(box, name)
  await warmUp(box.gateway)
  return old.map((name) => `Deployed ${name}`)
}

/** Deploys one function with other values of its environment, until `keepFunctions` is called again. */
export async function deployWith(box: Box, name: string, environment: Record<string, string>): Promise<void> {
  const more = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const changed = ['--annotation', `artefacto.revision=${bundleHash(name)}-check`]
  await deploy(box, name, [...more, ...changed])
}

// The template is needed to build: without it faas-cli would not deploy what is built already.
function deploy(box: Box, name: string, more: string[] = []): Promise<string> {
  const which = ['--yaml', stackFile(box), '--filter', name, '--read-template=false']
  return faasCli(box, ['deploy', ...which, ...more])
}

/** Removes our functions. */
export async function removeFunctions(box: Box): Promise<string[]> {
  const there = (await deployedFunctions(box)).filter(isOurs)
  for (const { name } of there) await faasCli(box, ['remove', name])
  return there.map(({ name }) => `Removed the function ${name}`)
}

/** Whether a deployed function is one that we deployed, and not another one of that name. */
export function isOurs(deployed: Deployed): boolean {
  return (
    (FUNCTIONS as readonly string[]).includes(deployed.name) &&
    deployed.annotations?.['artefacto.revision'] !== undefined
  )
}

/**
 * Waits until the functions answer behind a gateway. faasd answers 404 and 500 for a moment after a deploy (nobody waits
 * for node): a delivery then would be lost.
 */
export async function warmUp(gateway: string): Promise<void> {
  await settled(START_SECONDS, async () => {
    for (const name of FUNCTIONS) {
      const url = `${gateway}/function/${name}`
      const status = await axios.get(url, { proxy: false, timeout: 5000, validateStatus: () => true }).then(
        (answer) => answer.status,
        () => undefined,
      )
      if (status === undefined || status >= 500 || (status === 404 && name !== 'badge'))
        return `the function ${name} does not answer at ${url}${status ? ` (HTTP ${status})` : ''}`
    }
    return undefined
  })
}

function revisionOf(there: Deployed[], name: string): string | undefined {
  return there.find((deployed) => deployed.name === name)?.annotations?.['artefacto.revision']
}

/** `<hash of the bundle>-<hash of the rest>`: what changed tells whether an image must be built. */
function revisions(
  box: Box,
  settings: Settings,
  text: string,
  images: Record<string, string>,
): Record<string, string> {
  const rest = hashOf(boxStack(text, box, settings, {}))
  return Object.fromEntries(FUNCTIONS.map((name) => [name, `${images[name]}-${rest}`]))
}

/** Of what a function's image holds beside the template. */
export function bundleHash(name: string): string {
  return hashOf(readFileSync(join(ROOT, 'dist', name, 'handler.js'), 'utf8'))
}

/** Twelve hexadecimal digits of a text's SHA-256. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

async function buildAndPush(box: Box, names: readonly string[]): Promise<void> {
  const docker = mkdtempSync(join(tmpdir(), 'artefacto-docker-'))
  try {
    const login = readFileSync(join(box.faasd, '.docker/config.json'), 'utf8')
    writePrivate(join(docker, 'config.json'), login)
    for (const name of names) {
      const at = ['--yaml', stackFile(box), '--filter', name]
      await faasCli(box, ['build', ...at], { cwd: ROOT })
      await faasCli(box, ['push', ...at], { cwd: ROOT, docker })
    }
  } finally {
    rmSync(docker, { recursive: true, force: true })
  }
}

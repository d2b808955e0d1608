import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { whereIs } from '../local/debian.ts'
import { dockerAt } from '../local/docker.ts'
import { ensurePortFree } from '../local/port.ts'
import { whatAmiLacks } from './ami-needs.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { publishedPorts } from './compose.ts'
import { composeFile } from './core.ts'
import { deployedFunctions, isOurs } from './functions.ts'
import { foreignSecrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { FUNCTIONS } from './stack.ts'

const ROOM_GIB = 2
const GIB = 1024 ** 3
/** OpenFaaS CE's limit for one installation. */
const MOST_FUNCTIONS = 15

/**
 * Looks at the box before anything is changed. Gives a sentence, with its remedy, for each thing that is in the
 * way; all of them at once, so that nobody comes back for each.
 */
export async function whatIsInTheWay(box: Box, settings: Settings): Promise<string[]> {
  const looks = [
    () => need('faasd', 'install it by https://github.com/openfaas/faasd'),
    () => need('ctr', 'it comes with containerd'),
    () => need('docker', 'faas-cli builds the functions with it: install the Docker CLI'),
    () => need('faas-cli', 'install it by https://docs.openfaas.com/cli/install/'),
    () => faasdVersion(),
    () => engine(box),
    () => compose(box, settings),
    () => room(box),
    () => whatAmiLacks(box, settings),
    () => gateway(box),
    () => certificate(settings),
    () => secrets(box, settings),
  ]
  const found: string[] = []
  for (const look of looks) found.push(...(await attempt(look)))
  return found
}

type Found = Promise<string | string[] | undefined> | string | string[] | undefined

async function attempt(look: () => Found): Promise<string[]> {
  try {
    return [(await look()) ?? []].flat()
  } catch (error) {
    return [(error as Error).message]
  }
}

function need(program: string, remedy: string): string | undefined {
  return whereIs(program) ? undefined : `${program} is not installed: ${remedy}`
}

async function faasdVersion(): Promise<string | undefined> {
  const said = await run('faasd', ['version']).catch(() => '')
  const [, major, minor] = /Version:?\s*v?(\d+)\.(\d+)/i.exec(said) ?? []
  if (major === undefined || Number(major) > 0 || Number(minor) >= 18) return undefined
  return `faasd ${major}.${minor} is too old: 0.18 or newer is needed (0.19.0 is what this was tried with)`
}

async function engine(box: Box): Promise<string | undefined> {
  const { Version } = await dockerAt(`unix://${box.dockerSocket}`)
    .version()
    .catch((error: NodeJS.ErrnoException) => {
      throw new Error(
        `no Docker Engine answers at ${box.dockerSocket} (${error.code ?? error.message}): ` +
          'install or start it (on Debian: apt-get install docker.io)',
      )
    })
  const [major = 0, minor = 0] = Version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 10)) return undefined
  return `Docker Engine ${Version} is too old: 20.10 or newer is needed`
}

async function compose(box: Box, settings: Settings): Promise<string[]> {
  const path = composeFile(box)
  if (!existsSync(path)) return [`${path} is missing: is faasd installed? (sudo faasd install)`]
  const { others, ours } = publishedPorts(readFileSync(path, 'utf8'), path)
  const wanted = [5000, settings.front.port, ...(settings.pull ? [settings.pull.port] : [])]
  const looks = wanted
    .filter((port) => !ours.includes(port))
    .map(async (port) => {
      const holder = others.get(port)
      if (holder) return `Port ${port} is published by ${holder} in ${path}: ${elsewhere(port)}`
      return ensurePortFree(port, '').then(
        () => [],
        ({ message }: Error) => `${message.replace(/\. (?:End it|Choose).*$/s, '')}: ${elsewhere(port)}`,
      )
    })
  return (await Promise.all(looks)).flat()
}

function room(box: Box): string[] {
  return [dirname(box.state), '/var/lib/docker', '/var/lib/containerd']
    .filter(existsSync)
    .flatMap((folder) => {
      const { bavail, bsize } = statfsSync(folder)
      const free = bavail * bsize
      if (free >= ROOM_GIB * GIB) return []
      return [
        `${folder} has ${(free / GIB).toFixed(1)} GiB free: make room, at least ${ROOM_GIB} GiB are needed`,
      ]
    })
}

async function gateway(box: Box): Promise<string[]> {
  const there = await deployedFunctions(box).catch((error: Error) => {
    throw new Error(
      `faasd's gateway does not answer at ${box.gateway} (${error.message}): is it running? See journalctl -u faasd`,
    )
  })
  const others = there.filter((deployed) => !isOurs(deployed))
  const taken = others.filter(({ name }) => (FUNCTIONS as readonly string[]).includes(name))
  const full =
    others.length + FUNCTIONS.length > MOST_FUNCTIONS
      ? [
          `faasd has ${others.length} functions: OpenFaaS CE allows ${MOST_FUNCTIONS}, and these would be ${FUNCTIONS.length} more`,
        ]
      : []
  return [
    ...taken.map(
      ({ name, image }) =>
        `faasd has a function ${name} (${image}) that is not artefacto's: rename it, or remove it with faas-cli remove ${name}`,
    ),
    ...full,
  ]
}

function certificate({ certificate }: Settings): string | undefined {
  if (certificate === null) return undefined
  const text = readFileSync(certificate, 'utf8')
  if (text.includes('-----BEGIN CERTIFICATE-----') && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    return undefined
  return `${certificate} does not hold a certificate and its key: put both into one PEM file (cat fullchain.pem privkey.pem)`
}

function secrets(box: Box, settings: Settings): string[] {
  return foreignSecrets(box, settings.secrets).map(
    (name) =>
      `faasd has a secret ${name} with another value than artefacto's: remove it (faas-cli secret remove ${name}), ` +
      `or, if it is the right one, write it to ${join(box.state, 'secrets', name)}`,
  )
}

function elsewhere(port: number): string {
  return port === 5000
    ? 'free it for the registry'
    : 'free it, or choose another one with --port or --pull NAME:PORT'
}

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, realpathSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { cacheFolder } from '../ami/recipe/cache.ts'
import { imageName, makeImage } from '../ami/recipe/image.ts'
import { install, type Program, whereIs } from '../local/debian.ts'
import { dockerAt } from '../local/docker.ts'
import { importPrograms } from '../local/program-image.ts'
import { hasSystemd, systemctl } from '../local/systemd.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import type { Settings } from './settings.ts'

/** The names of the core services' images; `ami` where there is that service. */
export type Images = { haproxy: string; registry: string; ami?: string }

const NAMESPACE = ['--namespace', 'openfaas']
const AMI_IMAGES = 'docker.io/artefacto/ami:'

/**
 * Makes the images of the core services from the box's own programs and puts them into faasd's containerd, which
 * then never pulls them: one image that cannot be pulled would keep all of faasd from starting. A name carries the
 * hash of its program, so that an upgrade of the package makes a new image at the next run.
 */
export async function keepImages(
  box: Box,
  settings: Settings,
  say: (line: string) => void,
): Promise<{ images: Images; done: string[] }> {
  const haproxy = await programOf('haproxy', say)
  const registry = await programOf('docker-registry', say)
  const shell = whereIs('sh') as string
  const images = {
    haproxy: nameOf('haproxy', haproxy),
    registry: nameOf('registry', registry),
    ...(settings.ami && { ami: `docker.io/${imageName()}` }),
  }
  const there = await imagesThere()
  const host = `unix://${box.dockerSocket}`
  const done: string[] = []
  for (const [image, programs] of [
    [images.haproxy, { haproxy }],
    [images.registry, { 'docker-registry': registry, sh: shell }],
  ] as const) {
    if (there.includes(image)) continue
    await importPrograms({ host, image, programs })
    await intoContainerd(box, image)
    done.push(`Made the image ${image}`)
  }
  if (images.ami !== undefined && !there.includes(images.ami)) {
    await makeImage(host, cacheFolder(), say)
    await intoContainerd(box, images.ami)
    done.push(`Made the image ${images.ami}`)
  }
  return { images, done }
}

/** Removes the images of the service ami that are not used any more, 220 MB each. */
export async function dropOldImages({ ami }: Images): Promise<string[]> {
  const old = (await imagesThere()).filter((name) => name.startsWith(AMI_IMAGES) && name !== ami)
  for (const name of old) await run('ctr', [...NAMESPACE, 'images', 'remove', name])
  return old.map((name) => `Removed the image ${name}`)
}

async function imagesThere(): Promise<string[]> {
  return (await run('ctr', [...NAMESPACE, 'images', 'list', '--quiet'])).split('\n')
}

/** Where the program is, installed by apt-get if need be; its own service then does not stay. */
async function programOf(program: Program, say: (line: string) => void): Promise<string> {
  const installed = await install([program], say)
  if (installed.length > 0 && hasSystemd()) await systemctl('disable', '--now', program)
  return whereIs(program) as string
}

function nameOf(name: string, program: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(realpathSync(program)))
    .digest('hex')
  return `docker.io/artefacto/${name}:${hash.slice(0, 12)}`
}

async function intoContainerd(box: Box, image: string): Promise<void> {
  const engineImage = dockerAt(`unix://${box.dockerSocket}`).getImage(image)
  const ctr = spawn('ctr', [...NAMESPACE, 'images', 'import', '-'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let said = ''
  ctr.stderr.on('data', (chunk) => (said += chunk))
  const [[code]] = await Promise.all([once(ctr, 'close'), pipeline(await engineImage.get(), ctr.stdin)])
  if (code !== 0) throw new Error(`ctr images import of ${image} ended with ${code}: ${said}`)
  await engineImage.remove()
}

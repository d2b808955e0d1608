import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DISK_TYPE, diskTag } from '../functions/shared/disk.ts'
import { openRegistry, type Registry } from '../functions/shared/registry.ts'
import { registryTransport } from '../functions/shared/registry-transport.ts'
import { type SecretName, type Secrets, secretsIn } from '../functions/shared/secrets.ts'
import type { DiskOptions } from './disk-options.ts'
import { readSparse } from './sparse-file.ts'

/** A disk that was fetched: its bytes, how many of them take room here, and the digest of the layer it came in. */
export type Fetched = { size: number; used: number; layer: string }

/** Gets a disk from the registry into a file of its own; an Error says why not, and then there is no file. */
export async function fetchDisk(options: DiskOptions): Promise<Fetched> {
  const { out, registry: url } = options
  if (existsSync(out)) throw new Error(`${out} is there already: name another file with --out`)
  const registry = openRegistry(registryTransport(url, await secretsOf(options)))
  const layer = await layerOf(registry, options).catch((error: Error) => {
    throw new Error(`${url}: ${error.message}`)
  })
  const kept = await keep(out, (file) => fetchInto(file, registry, options.service, layer))
  return { ...kept, layer }
}

async function secretsOf({ login }: DiskOptions): Promise<Secrets> {
  if ('secrets' in login) {
    if (!existsSync(join(login.secrets, 'registry-password')))
      throw new Error(
        `there is no password in ${login.secrets}: name the folder of npm start with --state, or --registry, --user and --password-file`,
      )
    return secretsIn(login.secrets)
  }
  const text = async (file: string) => (await readFile(file, 'utf8')).trim()
  const given: Partial<Record<SecretName, string>> = {
    'registry-user': login.user,
    'registry-password': await text(login.passwordFile),
    ...(login.caFile !== undefined && { 'registry-ca': await text(login.caFile) }),
  }
  const need = async (name: SecretName) => given[name] ?? ''
  return { find: async (name) => given[name], need, rotating: async (name) => [await need(name)] }
}

/** The digest of the layer that holds the disk; an Error where there is none. */
async function layerOf(registry: Registry, { service, version }: DiskOptions): Promise<string> {
  const manifest = await registry.manifest(service, diskTag(version))
  if (manifest === undefined) {
    const image = await registry.head(service, version)
    throw new Error(
      image === undefined
        ? `there is no ${service}:${version}`
        : `${service}:${version} has no disk: only the type AMI makes one`,
    )
  }
  const { artifactType, layers = [] } = JSON.parse(manifest.bytes.toString()) as {
    artifactType?: string
    layers?: { digest: string }[]
  }
  const [layer] = layers
  if (artifactType !== DISK_TYPE || layer === undefined)
    throw new Error(`${service}:${diskTag(version)} is something else than a disk of artefacto`)
  return layer.digest
}

/** Has a file made under another name first: what stands under its own is whole. */
async function keep(out: string, make: (file: FileHandle) => Promise<number>) {
  const part = `${out}.${process.pid}.part`
  const file = await open(part, 'wx')
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void rm(part, { force: true }).finally(() => process.exit(1)))
  try {
    const size = await make(file).finally(() => file.close())
    await rename(part, out)
    return { size, used: (await stat(out)).blocks * 512 }
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

async function fetchInto(
  file: FileHandle,
  registry: Registry,
  service: string,
  layer: string,
): Promise<number> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 })
  // To its end: only there is known whether the digest fits.
  const fetching = pipeline(await registry.blobStream(service, layer), gunzip)
  const writing = write(file, gunzip)
  await Promise.all([fetching, writing])
  return writing
}

async function write(file: FileHandle, archive: AsyncIterable<Buffer>): Promise<number> {
  const { size, pieces } = await readSparse(archive)
  await file.truncate(size)
  for await (const { at, bytes } of pieces())
    for (let done = 0; done < bytes.length; )
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
  return size
}

import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sparseDisk } from '../functions/build/aws/sparse-disk.ts'
import { diskAt, layerOf } from '../functions/build/disk-manifest.ts'
import { diskTag } from '../functions/shared/disk.ts'
import { openRegistry, type Registry } from '../functions/shared/registry.ts'
import { registryTransport } from '../functions/shared/registry-transport.ts'
import { type SecretName, type Secrets, secretsIn } from '../functions/shared/secrets.ts'
import type { DiskOptions } from './disk-options.ts'

/** A disk that was fetched: its bytes, how many of them take room here, and the digest of the layer it came in. */
export type Fetched = Found & { used: number }
type Found = { layer: string; size: number }

/** Gets a disk from the registry into a file of its own; an Error says why not, and then there is no file. */
export async function fetchDisk(options: DiskOptions): Promise<Fetched> {
  const { out, registry: url } = options
  if (existsSync(out)) throw new Error(`${out} is there already: name another file with --out`)
  const registry = openRegistry(registryTransport(url, await secretsOf(options)))
  const { layer, size } = await findDisk(registry, options).catch((error: Error) => {
    throw new Error(`${url}: ${error.message}`)
  })
  const used = await keep(out, async (file) =>
    write(file, size, await registry.blobStream(options.service, layer)),
  )
  return { size, used, layer }
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

/** The layer that holds the disk, and the size of that; an Error where there is none. */
async function findDisk(registry: Registry, { service, version }: DiskOptions): Promise<Found> {
  const tag = diskTag(version)
  const manifest = await registry.manifest(service, tag)
  if (manifest === undefined) {
    const image = await registry.head(service, version)
    throw new Error(
      image === undefined
        ? `there is no ${service}:${version}`
        : `${service}:${version} has no disk: only the type AMI makes one`,
    )
  }
  const standing = await diskAt(registry, service, tag)
  if (standing?.source === undefined)
    throw new Error(`${service}:${tag} is something else than a disk of artefacto`)
  return { layer: layerOf(manifest), size: standing.disk.gib * 2 ** 30 }
}

/** Has a file made under another name first: what stands under its own is whole. Returns the bytes that it takes. */
async function keep(out: string, make: (file: FileHandle) => Promise<void>): Promise<number> {
  const part = `${out}.${process.pid}.part`
  const file = await open(part, 'wx')
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void rm(part, { force: true }).finally(() => process.exit(1)))
  try {
    await make(file).finally(() => file.close())
    await rename(part, out)
    return (await stat(out)).blocks * 512
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Holes stay holes. To the stream's end: only there is known whether the digest fits. */
async function write(file: FileHandle, size: number, layer: AsyncIterable<Buffer>): Promise<void> {
  await file.truncate(size)
  for await (const { offset, data } of sparseDisk(layer))
    for (let done = 0; done < data.length; )
      done += (await file.write(data, done, data.length - done, offset + done)).bytesWritten
}

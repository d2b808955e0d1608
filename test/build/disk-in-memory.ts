import { putDisk } from '../../functions/build/disk-manifest.ts'
import type { Registry } from '../../functions/shared/registry.ts'

/** Puts a disk as build does it, of another image if told so; gives the manifest's digest. */
export async function putSomeDisk(
  registry: Registry,
  repository: string,
  tag: string,
  { source, image = `sha256:${'5e'.repeat(32)}` }: { source: string; image?: string },
): Promise<string> {
  const bytes = Buffer.from(`the disk of ${image}`)
  const layer = { digest: await registry.putBlob(repository, bytes), size: bytes.length }
  const disk = { gib: 1, size: bytes.length, recipe: 'sha256:aa', kernel: '6.1', booted: 'started with BIOS' }
  return putDisk(registry, repository, tag, { image, source, disk, layer, labels: {} })
}

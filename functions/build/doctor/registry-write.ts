import { failed, ok, skipped } from '../../shared/check.ts'
import { digestOf } from '../../shared/digest.ts'
import { toFailure } from '../../shared/failure.ts'
import { openRegistry, type Registry } from '../../shared/registry.ts'
import { registryTransport } from '../../shared/registry-transport.ts'
import * as words from '../words/doctor.ts'
import type { Workshop } from '../workshop.ts'
import type { Look } from './examine.ts'

/** The doctor's own repository: no service name has a slash. */
export const CHECK_REPOSITORY = 'doctor/check'

const NAME = 'registry write'
const TAG = 'build'
const BLOB = Buffer.from('{"artefacto":"doctor"}')
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'

export type CheckRegistry = Registry & { deleteBlob(digest: string): Promise<void> }

/** The registry with a login of its own, and one verb more. */
export function openCheckRegistry({ config, secrets }: Workshop): CheckRegistry {
  const perform = registryTransport(config.registryUrl, secrets)
  const deleteBlob = async (digest: string) => {
    await perform(CHECK_REPOSITORY, { method: 'DELETE', path: `${CHECK_REPOSITORY}/blobs/${digest}` })
  }
  return { ...openRegistry(perform), deleteBlob }
}

/** Puts a small manifest, reads it again and deletes it: always the same bytes, so that nothing piles up. */
export const checkRegistryWrite: Look = async (shop) => {
  const registry = openCheckRegistry(shop)
  try {
    await registry.ping()
  } catch {
    return skipped(NAME, words.registryShut)
  }
  try {
    await writeAndRead(registry)
    return ok(NAME, words.writeGood)
  } catch (error) {
    return failed(NAME, 'registry_write', toFailure(error).message)
  } finally {
    await leaveNothing(registry, TAG).catch(() => {})
    // Where the manifest could not be put, nothing names the blob.
    await registry.deleteBlob(digestOf(BLOB)).catch(() => {})
  }
}

async function writeAndRead(registry: CheckRegistry): Promise<void> {
  await registry.putBlob(CHECK_REPOSITORY, BLOB)
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: digestOf(BLOB), size: BLOB.length },
    layers: [],
  }
  const bytes = Buffer.from(JSON.stringify(manifest))
  const digest = await registry.putManifest(CHECK_REPOSITORY, TAG, MANIFEST, bytes)
  await registry.manifest(CHECK_REPOSITORY, digest)
  await registry.blob(CHECK_REPOSITORY, digestOf(BLOB))
}

/** Takes a tag's manifest and its blobs out of the doctor's repository. */
export async function leaveNothing(registry: CheckRegistry, tag: string): Promise<void> {
  const found = await registry.manifest(CHECK_REPOSITORY, tag)
  if (found === undefined) return
  const { config, layers } = JSON.parse(found.bytes.toString()) as Named & { layers: Named['config'][] }
  await registry.deleteManifest(CHECK_REPOSITORY, found.digest)
  for (const { digest } of [config, ...layers]) await registry.deleteBlob(digest)
}

type Named = { config: { digest: string } }

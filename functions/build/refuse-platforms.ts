import { DISK_PLATFORM } from '../shared/disk.ts'
import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import type { Registry } from '../shared/registry.ts'
import * as refusals from './words/refusals.ts'

/** Refuses platforms that no disk could be made of, and, as `no_indexes`, several that the registry would lose. */
export async function refusePlatforms(
  registry: Registry,
  { service_name: service, type, platforms = [DISK_PLATFORM] }: Entry,
): Promise<void> {
  if (type === 'AMI' && !platforms.includes(DISK_PLATFORM))
    throw new Failure('images_invalid', refusals.notForDisks(service))
  if (platforms.length > 1 && !(await registry.keepsIndexes()))
    throw new Failure('no_indexes', refusals.noIndexes(service))
}

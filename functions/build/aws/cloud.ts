import type { Ami } from '../../shared/disk.ts'
import type { Secrets } from '../../shared/secrets.ts'
import { openApi } from './api.ts'
import type { CloudDisk } from './cloud-disk.ts'
import { readCredentials } from './credentials.ts'
import { type Owned, owned, remove } from './owned.ts'
import { PATIENCE } from './patience.ts'
import { register } from './register.ts'
import type { Lost } from './snapshot.ts'

export type { CloudDisk } from './cloud-disk.ts'
export type { Owned } from './owned.ts'

/** AWS as build needs it. What a person must mend is a Failure `aws_refused`, what passes is `aws_down`. */
export type Cloud = {
  /**
   * Snapshot, AMI, tags. Goes on with what a process before this one began; `say` takes lines for the build's log. If
   * AWS refuses for good, what was made is taken away at once; aborted, it stays, with our tags, to go on with.
   */
  register(disk: CloudDisk, say: (line: string) => void, signal: AbortSignal): Promise<Ami>
  /** What is ours in the region, by its tags. */
  owned(): Promise<Owned[]>
  /** Deregisters the AMI and deletes the snapshot; what is not there any more is fine. */
  remove(owned: Owned): Promise<void>
}

/**
 * Gives AWS at each call, by the secret as it is then; undefined where there is no region, or the secret is empty. A
 * secret that is torn is a Failure.
 */
export function openCloud(
  region: string,
  secrets: Secrets,
  patience = PATIENCE,
): () => Promise<Cloud | undefined> {
  const lost: Lost = new Set()
  let last: { text: string; cloud: Promise<Cloud> } | undefined
  return async () => {
    const text = region === '' ? undefined : await secrets.find('aws-credentials')
    if (text === undefined) return undefined
    if (last?.text !== text) {
      const api = openApi(region, readCredentials(text), patience)
      const cloud = api.then((ready) => ({
        register: (disk: CloudDisk, say: (line: string) => void, signal: AbortSignal) =>
          register(ready, disk, lost, say, signal),
        owned: () => owned(ready),
        remove: (thing: Owned) => remove(ready, thing, lost),
      }))
      last = { text, cloud }
    }
    return last.cloud
  }
}

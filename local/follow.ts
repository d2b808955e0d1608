import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger } from '../functions/shared/ledger.ts'
import { isFinal, type MergeRecord } from '../functions/shared/merge-record.ts'
import { openRegistry } from '../functions/shared/registry.ts'
import { registryTransport } from '../functions/shared/registry-transport.ts'
import { secretsIn } from '../functions/shared/secrets.ts'
import type { State } from './state.ts'

/** The ledger, as somebody on this machine reads it who has the password. */
export function localLedger(state: State, registryUrl: string) {
  return openLedger(openRegistry(registryTransport(registryUrl, secretsIn(state.secrets))))
}

/**
 * Waits until a merge is final and tells each change of its state. A merge that only waits for something goes on
 * being followed; after `deadline` ms, or where it waits in vain, it comes back as it is.
 */
export async function follow(
  ledger: ReturnType<typeof localLedger>,
  repositoryId: number,
  sha: string,
  tell: (record: MergeRecord) => void,
  { deadline, inVain }: { deadline: number; inVain: (record: MergeRecord) => boolean },
): Promise<MergeRecord | undefined> {
  const end = Date.now() + deadline
  let told = ''
  for (;;) {
    const record = await ledger.merge(repositoryId, sha)
    const state = JSON.stringify([record?.state, record?.services, record?.reason])
    if (record && state !== told) tell(record)
    told = state
    if (record && (isFinal(record) || record.state === 'failed' || inVain(record))) return record
    if (Date.now() > end) return record
    await sleep(100)
  }
}

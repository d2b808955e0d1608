import { type Check, type Fault, failed, ok } from '../../shared/check.ts'
import { toFailure } from '../../shared/failure.ts'
import { readLogins, registryHost } from '../base-registries.ts'
import { readBuildSecrets } from '../build-secrets.ts'
import * as words from '../words/doctor.ts'
import type { Look } from './examine.ts'

/** Whether what builds may use is there, by name; no line where the operator lets them use nothing. */
export const checkGrants: Look = async ({ config: { buildSecrets, baseRegistries }, secrets }) => {
  const names = buildSecrets.map(({ name }) => name)
  const hosts = baseRegistries.map(({ name }) => registryHost(name))
  return [
    ...(await look('build secrets', 'build_secrets', names, async () =>
      readBuildSecrets(await secrets.need('build-secrets')),
    )),
    ...(await look('base registries', 'base_registries', hosts, async () =>
      readLogins(await secrets.need('base-registries')),
    )),
  ]
}

async function look(
  part: string,
  fault: Fault,
  granted: string[],
  read: () => Promise<ReadonlyMap<string, unknown>>,
): Promise<Check[]> {
  if (granted.length === 0) return []
  try {
    const there = await read()
    const lacking = [...new Set(granted)].filter((name) => !there.has(name))
    if (lacking.length > 0) return [failed(part, fault, words.grantsLack(lacking.join(', ')))]
    return [ok(part, words.grantsGood([...new Set(granted)].join(', ')))]
  } catch (error) {
    return [failed(part, fault, toFailure(error).message)]
  }
}

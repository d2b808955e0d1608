import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { githubTrust } from '../../functions/build/github-trust.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import type { State } from '../state.ts'
import { addressesOf } from '../tunnel/addresses.ts'
import { type HookRefusal, hooksApi } from './hooks-api.ts'
import { setUpWebhook } from './set-up.ts'
import { formToFillIn, pingWords, refusalWords, webAddress } from './words.ts'

const PING_MS = 30_000
const END_MS = 3_000

export type Webhooks = {
  /** Makes all of them lead to an address, and says how that went. */
  lead: (address: string, say: (line: string) => void) => Promise<void>
  /** Switches off those that were set up: what they deliver after our end would arrive nowhere, or with a stranger. */
  switchOff: (say: (line: string) => void) => Promise<void>
}

/** The webhooks of the real GitHub's repositories, as far as `github-token` may handle them. */
export function webhooksOf(repositories: string[], api: string, state: State): Webhooks {
  const set = new Map<string, number>()
  const web = webAddress(api)
  const tokenFile = join(state.secrets, 'github-token')
  const trust = githubTrust(secretsIn(state.secrets))
  const secretFile = join(state.secrets, 'webhook-secret')

  const leadOne = async (repository: string, address: string): Promise<string[]> => {
    const form = formToFillIn(web, repository, address, secretFile)
    const token = firstLine(tokenFile)
    if (token === '') return [`There is no token in ${tokenFile}.`, ...form]
    const aim = { address, addresses: addressesOf(state), secret: firstLine(secretFile) }
    try {
      const { id, ping } = await setUpWebhook(hooksApi(api, repository, token, trust), aim, PING_MS)
      set.set(repository, id)
      return [pingWords(repository, ping, `${web}/${repository}/settings/hooks/${id}`)]
    } catch (error) {
      return [`${refusalWords(error as HookRefusal, repository, tokenFile)}.`, ...form]
    }
  }
  return {
    lead: async (address, say) => {
      const told = await Promise.all(repositories.map((repository) => leadOne(repository, address)))
      say(told.flat().join('\n'))
    },
    switchOff: async (say) => {
      const token = firstLine(tokenFile)
      const off = async ([repository, id]: [string, number]) => {
        const late = AbortSignal.timeout(END_MS)
        const gone = new Promise((_, reject) =>
          late.addEventListener('abort', () => reject(new Error('no answer'))),
        )
        const done = hooksApi(api, repository, token, trust).update(id, { active: false })
        await Promise.race([done, gone]).catch((error: Error) =>
          say(
            `The webhook of ${repository} could not be switched off (${error.message}): it goes on failing`,
          ),
        )
      }
      await Promise.all([...set].map(off))
    },
  }
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n')[0]?.trim() ?? ''
  } catch {
    return ''
  }
}

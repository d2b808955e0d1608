import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import axios from 'axios'
import type { State } from './state.ts'

/** What is missing until the registry serves the state's user, over TLS that the state's CA vouches for. */
export async function whatRegistryLacks(state: State, url: string): Promise<string | undefined> {
  const secret = (name: string): string => readFileSync(join(state.secrets, name), 'utf8').trim()
  const httpsAgent = new Agent({ ca: secret('registry-ca') })
  try {
    const { status } = await axios.get(`${url}/v2/`, {
      httpsAgent,
      auth: { username: secret('registry-user'), password: secret('registry-password') },
      proxy: false,
      timeout: 2000,
      validateStatus: () => true,
    })
    return status === 200 ? undefined : `GET ${url}/v2/ answers ${status}`
  } catch (error) {
    return `GET ${url}/v2/: ${(error as Error).message}`
  }
}

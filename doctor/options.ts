import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type Options = {
  state: string | undefined
  gateway: string | undefined
  secrets: string | undefined
  json: boolean
  help: boolean
}

export const USAGE = `npm run doctor                     look at what npm start runs, or at this faasd box
npm run doctor -- --state FOLDER   the same, with another state folder
npm run doctor -- --gateway URL --secrets FOLDER
                                   look at any other OpenFaaS; FOLDER has payload-secret, and what else you have

  --json                 print an array of checks
Ends with 0 where nothing failed, else with 1.`

/** The words after `npm run doctor --`; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[], folder: string): Options {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const known = { state: text, gateway: text, secrets: text, json: flag, help: { ...flag, short: 'h' } }
  try {
    const { values } = parseArgs({ args, options: known })
    const { gateway, secrets, state, json = false, help = false } = values
    if ((gateway === undefined) !== (secrets === undefined))
      throw new Error('--gateway and --secrets go together')
    const at = (path: string | undefined) => (path === undefined ? undefined : resolve(folder, path))
    return { state: at(state), gateway: gateway?.replace(/\/+$/, ''), secrets: at(secrets), json, help }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`)
  }
}

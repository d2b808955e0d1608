import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type Options = {
  /** the overlay's folder, absolute */
  overlay: string
  /** OpenFaaS's gateway as this machine reaches it; no slash at the end */
  gateway: string
  /** of kubectl's configuration; undefined: the current one */
  context: string | undefined
  dryRun: boolean
  remove: boolean
  help: boolean
}

const EXAMPLE = 'kubernetes/overlays/example'

export const USAGE = `npm run kubernetes -- [options]   install artefacto on OpenFaaS for Kubernetes, or bring it up to date

  --overlay FOLDER   what is installed, and the functions' settings       (${EXAMPLE})
  --gateway URL      OpenFaaS's gateway as this machine reaches it        (http://127.0.0.1:8080)
  --context NAME     of kubectl's configuration                           (the current one)
  --dry-run          say what would change in the cluster, and change nothing there
  --remove           take back all that was added; images, history and the files in kubernetes/credentials stay`

/** The words after `npm run kubernetes --`; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[], folder: string, root: string): Options {
  const values = parse(args)
  const gateway = values.gateway ?? 'http://127.0.0.1:8080'
  if (!URL.canParse(gateway) || !/^https?:$/.test(new URL(gateway).protocol))
    throw refused(`--gateway ${gateway}: write an address that begins with https:// or http://`)
  return {
    overlay: values.overlay === undefined ? resolve(root, EXAMPLE) : resolve(folder, values.overlay),
    gateway: gateway.replace(/\/+$/, ''),
    context: values.context,
    dryRun: values['dry-run'] === true,
    remove: values.remove === true,
    help: values.help === true,
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const help = { type: 'boolean', short: 'h' } as const
  const options = { overlay: text, gateway: text, context: text, 'dry-run': flag, remove: flag, help }
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`)
}

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type DiskOptions = {
  service: string
  version: string
  /** The file to be made. */
  out: string
  registry: string
  /** Whose password opens it: the files of a folder of secrets, or a user of its own. */
  login: { secrets: string } | { user: string; passwordFile: string; caFile: string | undefined }
  help: boolean
}

export const DISK_USAGE = `npm run disk -- SERVICE:VERSION      gets the disk of a version of type AMI from the registry

  --out FILE            where it goes; holes stay holes  (disk.img)
  --state FOLDER        where npm start keeps everything (.artefacto)
  --registry URL        another registry                 (https://127.0.0.1:5000)
  --user NAME           whoever may pull there           (the user of --state)
  --password-file FILE  with that password
  --ca FILE             where its certificate is not a public one's`

/** Where `npm start` has its registry unless it is told otherwise. */
export const LOCAL_REGISTRY = 'https://127.0.0.1:5000'
const NAME = /^([a-z0-9]+(?:[._-][a-z0-9]+)*):(\w[\w.-]{0,127})$/

/** The words after `npm run disk --`; a wrong one is an Error with a sentence and the usage. */
export function readDiskOptions(args: string[], folder: string): DiskOptions {
  const { values, positionals } = parse(args)
  const [name = '', ...more] = positionals
  // The registry's own tag for it is understood, too.
  const [, service = '', version = ''] = NAME.exec(name.replace(/-ami$/, '')) ?? []
  if (!values.help && (service === '' || more.length > 0))
    throw refused('name one service and its version, as web:1.4.2')
  const { registry = LOCAL_REGISTRY } = values
  if (!/^https?:\/\/[^/]/.test(registry))
    throw refused(`--registry ${registry}: write an address that begins with https:// or http://`)
  return {
    service,
    version,
    out: resolve(folder, values.out ?? 'disk.img'),
    registry: registry.replace(/\/+$/, ''),
    login: loginOf(values, folder),
    help: values.help ?? false,
  }
}

function loginOf(values: ReturnType<typeof parse>['values'], folder: string): DiskOptions['login'] {
  const { user, state = '.artefacto', ca } = values
  const passwordFile = values['password-file']
  if (user === undefined && passwordFile === undefined && ca === undefined)
    return { secrets: resolve(folder, state, 'secrets') }
  if (user === undefined || passwordFile === undefined)
    throw refused('--user and --password-file belong together')
  return {
    user,
    passwordFile: resolve(folder, passwordFile),
    caFile: ca === undefined ? undefined : resolve(folder, ca),
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const options = {
    out: text,
    state: text,
    registry: text,
    user: text,
    'password-file': text,
    ca: text,
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${DISK_USAGE}`)
}

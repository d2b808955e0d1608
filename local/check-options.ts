import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type CheckOptions = {
  /** A git repository on this machine, and what of it is looked at. */
  path: string
  ref: string
  /** The repository's name at GitHub, where its own `origin` does not say it. */
  repository: string | undefined
  /** A registry that was named; undefined: the one of `npm start`, if it runs. */
  registry: string | undefined
  /** The folder with registry-user, registry-password and registry-ca. */
  secrets: string
  json: boolean
  help: boolean
}

export const CHECK_USAGE = `npm run check -- PATH              what a merge of a git repository's HEAD would do; nothing is built

  --ref NAME               another branch, tag or commit     (HEAD)
  --registry URL           compare versions and names there  (https://127.0.0.1:5000, if npm start runs)
  --secrets FOLDER         registry-user, registry-password and registry-ca      (secrets in --state)
  --state FOLDER           where npm start keeps everything  (.artefacto)
  --repository OWNER/REPO  its name at GitHub                (the one of its remote origin)
  --json                   for programs

Ends with 0 if the merge would be built, else with 1.`

/** The words after `npm run check --`; a wrong one is an Error with a sentence and the usage. */
export function readCheckOptions(args: string[], folder: string): CheckOptions {
  const { values, positionals } = parse(args)
  const [path, ...more] = positionals
  if (!values.help && (path === undefined || more.length > 0))
    throw refused('name one folder with a git repository')
  const { registry, repository } = values
  if (registry !== undefined && !/^https?:\/\/[^/]/.test(registry))
    throw refused(`--registry ${registry}: write an address that begins with https:// or http://`)
  if (repository !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw refused(`--repository ${repository}: write owner/repo`)
  return {
    path: resolve(folder, path ?? '.'),
    ref: values.ref ?? 'HEAD',
    repository,
    registry: registry?.replace(/\/+$/, ''),
    secrets: resolve(folder, values.secrets ?? resolve(folder, values.state ?? '.artefacto', 'secrets')),
    json: values.json ?? false,
    help: values.help ?? false,
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const options = {
    ref: text,
    registry: text,
    secrets: text,
    state: text,
    repository: text,
    json: flag,
    help: { ...flag, short: 'h' },
  }
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${CHECK_USAGE}`)
}

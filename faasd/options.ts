import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readCredentials } from '../functions/build/aws/credentials.ts'
import { readGrants } from '../functions/build/grant.ts'

/** What the operator said this time; what is undefined stays as it was the last time. */
export type Options = {
  repositories?: string
  branch?: string
  publicUrl?: string
  pages?: 'public' | 'private'
  githubApiUrl?: string
  /** the text of the file, not its path */
  githubToken?: string
  /** whether there is the service that makes disks */
  ami?: boolean
  awsRegion?: string
  /** the text of the file, not its path */
  awsCredentials?: string
  /** as `build_secrets` and `base_registries` in stack.yml */
  buildSecrets?: string
  baseRegistries?: string
  port?: number
  /** an absolute path; `false`: no TLS */
  certificate?: string | false
  /** `false`: nobody pulls from other computers */
  pull?: { name: string; port: number } | false
  dryRun: boolean
  remove: boolean
  help: boolean
}

export const USAGE = `sudo npm run faasd -- [options]      install artefacto on this faasd box, or bring it up to date

  --dry-run               say what would change, and change nothing
  --remove                take back all that was added; images, history and secrets stay in /var/lib/artefacto

What is said once is kept for the next time:
  --repositories LIST     owner/name or owner/*, separated by commas; empty: every repository that signs
  --branch NAME           the branch whose merges are built                       (develop)
  --public-url URL        what links begin with                                   (http://127.0.0.1:PORT)
  --certificate FILE      PEM with chain and key: the front proxy speaks TLS on all addresses; off: loopback only
  --port N                port of the front proxy                                 (443 with a certificate, else 8090)
  --pull NAME[:PORT]      name or address by which other computers pull; off      (off; port 5443)
  --pages WHO             public or private: who sees histories and logs          (private)
  --github-token FILE     a token for private repositories; - reads it from the input
  --github-api-url URL    GitHub Enterprise, or another one                       (https://api.github.com)
  --ami, --no-ami         the service that makes bootable disks: type AMI         (no)
  --aws-region NAME       where AMIs are registered, such as eu-central-1; empty: nowhere
  --aws-credentials FILE  an access key as in ~/.aws/credentials, profile default; - reads it from the input
  --build-secrets LIST    which builds may read which secret: owner/name:SECRET or owner/*:SECRET
  --base-registries LIST  which builds may pull from which private registry: owner/name:HOST or owner/*:HOST`

/** The words after `npm run faasd --`; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[], folder: string): Options {
  const values = parse(args)
  const text = (name: keyof typeof values) => values[name] as string | undefined
  const pages = text('pages')
  if (pages !== undefined && pages !== 'public' && pages !== 'private')
    throw refused(`--pages ${pages}: write public or private`)
  const certificate = text('certificate')
  const token = text('github-token')
  const awsFile = text('aws-credentials')
  if (token === '-' && awsFile === '-')
    throw refused('--github-token - and --aws-credentials -: only one of them can be read from the input')
  return defined({
    repositories: repositories(text('repositories')),
    branch: text('branch'),
    publicUrl: url('--public-url', text('public-url')),
    pages,
    githubApiUrl: url('--github-api-url', text('github-api-url')),
    githubToken: textOf(token, folder),
    ami: values['no-ami'] ? false : values.ami,
    awsRegion: region(text('aws-region')),
    awsCredentials: awsCredentials(textOf(awsFile, folder)),
    buildSecrets: grants('build-secrets', text('build-secrets')),
    baseRegistries: grants('base-registries', text('base-registries')),
    port: port('--port', text('port')),
    certificate: certificate === 'off' ? false : certificate && resolve(folder, certificate),
    pull: pull(text('pull')),
    dryRun: values['dry-run'] === true,
    remove: values.remove === true,
    help: values.help === true,
  }) as Options
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args,
      options: {
        repositories: text,
        branch: text,
        'public-url': text,
        pages: text,
        'github-api-url': text,
        'github-token': text,
        port: text,
        certificate: text,
        pull: text,
        ami: flag,
        'no-ami': flag,
        'aws-region': text,
        'aws-credentials': text,
        'build-secrets': text,
        'base-registries': text,
        'dry-run': flag,
        remove: flag,
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function repositories(value: string | undefined): string | undefined {
  const names = value?.split(/[\s,]+/).filter(Boolean)
  const wrong = names?.find((name) => !/^[A-Za-z0-9_.-]+\/(?:[A-Za-z0-9_.-]+|\*)$/.test(name))
  if (wrong !== undefined) throw refused(`--repositories ${wrong}: write owner/name or owner/*`)
  return names?.join(' ')
}

function grants(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  try {
    return readGrants({ [`--${option}`]: value }, `--${option}`)
      .map(({ repositories, name }) => `${repositories}:${name}`)
      .join(' ')
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function url(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw refused(`${option} ${value}: write an address that begins with https:// or http://`)
  return value.replace(/\/+$/, '')
}

function port(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw refused(`${option} ${value}: write a port from 1 to 65535`)
  return number
}

function pull(value: string | undefined): Options['pull'] {
  if (value === undefined || value === 'off') return value && false
  const [, name, number] = /^([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d+))?$/.exec(value) ?? []
  if (name === undefined)
    throw refused(`--pull ${value}: write a host name or address, and :PORT if not 5443`)
  return { name, port: port('--pull', number) ?? 5443 }
}

function textOf(file: string | undefined, folder: string): string | undefined {
  return file === undefined
    ? undefined
    : readFileSync(file === '-' ? 0 : resolve(folder, file), 'utf8').trim()
}

function region(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || /^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(value)) return value
  throw refused(`--aws-region ${value}: write a region such as eu-central-1, or nothing`)
}

/** An empty file takes the key away. */
function awsCredentials(value: string | undefined): string | undefined {
  if (!value) return value
  try {
    readCredentials(value)
    return value
  } catch (error) {
    throw refused(`--aws-credentials: ${(error as Error).message}`)
  }
}

function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`)
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}

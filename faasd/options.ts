import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  awsCredentials,
  branches,
  engineCache,
  grants,
  notifyUrls,
  pem,
  port,
  pull,
  region,
  repositories,
  url,
} from './option-values.ts'
import { refused } from './usage.ts'

/** What the operator said this time; what is undefined stays as it was the last time. */
export type Options = {
  repositories?: string
  branch?: string
  publicUrl?: string
  pages?: 'public' | 'private'
  githubApiUrl?: string
  /** the text of the file, not its path */
  githubToken?: string
  /** as `github_app_id` in stack.yml */
  githubApp?: string
  /** the texts of the files, not their paths */
  githubAppKey?: string
  githubCa?: string
  /** whether there is the service that makes disks */
  ami?: boolean
  awsRegion?: string
  /** the text of the file, not its path */
  awsCredentials?: string
  /** as `build_secrets`, `base_registries` and `engine_cache` in stack.yml */
  buildSecrets?: string
  baseRegistries?: string
  engineCache?: string
  /** the text of the file, not its path */
  notifyUrls?: string
  port?: number
  /** an absolute path; `false`: no TLS */
  certificate?: string | false
  /** `false`: nobody pulls from other computers */
  pull?: { name: string; port: number } | false
  dryRun: boolean
  remove: boolean
  help: boolean
}

/** What is read from a file, or from the input. */
const FILES = ['github-token', 'github-app-key', 'github-ca', 'aws-credentials', 'notify-urls'] as const

/** The words after `npm run faasd --`; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[], folder: string): Options {
  const values = parse(args)
  const text = (name: keyof typeof values) => values[name] as string | undefined
  const pages = text('pages')
  if (pages !== undefined && pages !== 'public' && pages !== 'private')
    throw refused(`--pages ${pages}: write public or private`)
  const certificate = text('certificate')
  const fromInput = FILES.filter((name) => text(name) === '-').map((name) => `--${name} -`)
  if (fromInput.length > 1)
    throw refused(`${fromInput.join(' and ')}: only one of them can be read from the input`)
  return defined({
    repositories: repositories(text('repositories')),
    branch: branches(text('branch')),
    publicUrl: url('--public-url', text('public-url')),
    pages,
    githubApiUrl: url('--github-api-url', text('github-api-url')),
    githubToken: textOf(text('github-token'), folder),
    githubApp: text('github-app'),
    githubAppKey: pem('--github-app-key', 'PRIVATE KEY', textOf(text('github-app-key'), folder)),
    githubCa: pem('--github-ca', 'CERTIFICATE', textOf(text('github-ca'), folder)),
    ami: values['no-ami'] ? false : values.ami,
    awsRegion: region(text('aws-region')),
    buildSecrets: grants('build-secrets', text('build-secrets')),
    baseRegistries: grants('base-registries', text('base-registries')),
    engineCache: engineCache(text('engine-cache')),
    awsCredentials: awsCredentials(textOf(text('aws-credentials'), folder)),
    notifyUrls: notifyUrls(textOf(text('notify-urls'), folder)),
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
        'github-app': text,
        'github-app-key': text,
        'github-ca': text,
        port: text,
        certificate: text,
        pull: text,
        ami: flag,
        'no-ami': flag,
        'aws-region': text,
        'aws-credentials': text,
        'build-secrets': text,
        'base-registries': text,
        'engine-cache': text,
        'notify-urls': text,
        'dry-run': flag,
        remove: flag,
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function textOf(file: string | undefined, folder: string): string | undefined {
  return file === undefined
    ? undefined
    : readFileSync(file === '-' ? 0 : resolve(folder, file), 'utf8').trim()
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>
}

import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readGrants } from '../functions/build/grant.ts'
import { isTunnelName, type TunnelName } from './tunnel/program.ts'

export type Options = {
  port: number
  registryPort: number
  state: string
  branch: string
  /** A git repository on this machine whose head is merged instead of the sample. */
  repo: string | undefined
  /** Repositories of the real GitHub; with any, there is no local GitHub and no sample. */
  github: string[]
  /** Whether the service that makes the disks of type AMI is started beside. */
  ami: boolean
  /** As `build_secrets` and `base_registries` in stack.yml. */
  buildSecrets: string
  baseRegistries: string
  githubApiUrl: string
  /** As `github_app_id` in stack.yml. */
  githubApp: string
  /** The program that gives the webhook a public address. */
  tunnel: TunnelName | undefined
  help: boolean
}

export const USAGE = `npm start                          merge the sample on this machine
npm start -- --repo PATH           merge the head of a git repository on this machine instead
npm start -- --github owner/repo   serve this repository of the real GitHub (repeatable)
npm start -- --github owner/repo --tunnel   … at a public address, with its webhook

  --tunnel-with NAME     cloudflared or ngrok; must be there     (cloudflared)
  --github-api-url URL   GitHub Enterprise, or another one   (https://api.github.com)
  --github-app ID        a GitHub App, with its key in the secret github-app-key
  --branch NAME          the branch that is built            (develop)
  --port N               port of the gateway                 (8080)
  --registry-port N      port of the registry                (5000)
  --state FOLDER         where everything is kept            (.artefacto)
  --no-ami               make no disks, download nothing for them
  --build-secrets LIST   builds that may read a secret: owner/repo:NAME
  --base-registries LIST builds that may pull from a private registry: owner/repo:HOST`

/** The words after `npm start --`; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[], folder: string): Options {
  const text = { type: 'string' } as const
  const { values } = parse(() =>
    parseArgs({
      args,
      options: {
        port: text,
        'registry-port': text,
        state: text,
        branch: text,
        repo: text,
        github: { type: 'string', multiple: true },
        'no-ami': { type: 'boolean' },
        'build-secrets': text,
        'base-registries': text,
        tunnel: { type: 'boolean' },
        'tunnel-with': text,
        'github-api-url': text,
        'github-app': text,
        help: { type: 'boolean', short: 'h' },
      },
    }),
  )
  const github = values.github ?? []
  const wrong = github.find((name) => !/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(name))
  if (wrong !== undefined) throw new Error(`--github ${wrong}: write owner/repo\n\n${USAGE}`)
  if (values['github-app'] && github.length === 0)
    throw new Error(`--github-app is for --github owner/repo\n\n${USAGE}`)
  if (github.length > 0 && values.repo !== undefined)
    throw new Error(`--repo and --github do not go together\n\n${USAGE}`)
  return {
    port: port('--port', values.port ?? '8080'),
    registryPort: port('--registry-port', values['registry-port'] ?? '5000'),
    state: resolve(folder, values.state ?? '.artefacto'),
    branch: values.branch ?? 'develop',
    repo: values.repo === undefined ? undefined : resolve(folder, values.repo),
    github,
    ami: !values['no-ami'],
    buildSecrets: grants('--build-secrets', values['build-secrets']),
    baseRegistries: grants('--base-registries', values['base-registries']),
    githubApiUrl: apiUrl(values['github-api-url'] ?? 'https://api.github.com'),
    githubApp: values['github-app'] ?? '',
    tunnel: tunnel(values.tunnel, values['tunnel-with'], github),
    help: values.help ?? false,
  }
}

/** The name that a repository of this machine gets on the local GitHub. */
export function localName(path: string): string {
  const name = basename(path)
    .replace(/\.git$/, '')
    .replace(/[^A-Za-z0-9_.-]/g, '-')
  return `local/${/^\.*$/.test(name) ? 'repository' : name}`
}

function parse<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`)
  }
}

function tunnel(
  wanted: boolean | undefined,
  name: string | undefined,
  github: string[],
): TunnelName | undefined {
  if (!wanted && name === undefined) return undefined
  if (github.length === 0) throw new Error(`--tunnel is for --github owner/repo\n\n${USAGE}`)
  if (isTunnelName(name ?? 'cloudflared')) return (name ?? 'cloudflared') as TunnelName
  throw new Error(`--tunnel-with ${name}: write cloudflared or ngrok\n\n${USAGE}`)
}

function grants(option: string, list = ''): string {
  parse(() => readGrants({ [option]: list }, option))
  return list
}

function apiUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Error(`--github-api-url ${text}: write an address that begins with https://\n\n${USAGE}`)
  return text.replace(/\/+$/, '')
}

function port(option: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new Error(`${option} ${text}: write a port from 1 to 65535\n\n${USAGE}`)
  return value
}

import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** An OpenFaaS on which the three functions are deployed, as this machine sees it. */
export type Target = {
  /** The gateway, or the front proxy before it; no slash at the end. */
  gateway: string
  registry: string
  /** The folder with the functions' secrets, by file name. */
  secrets: string
  /** Where the local GitHub of the journeys listens. */
  github: { host: string; port: number }
}

const VARIABLE = 'ARTEFACTO_JOURNEY'

export const USAGE = `npm run journey -- --gateway URL --secrets FOLDER --github HOST:PORT [words]

runs the journeys (those whose path contains one of the words) against the three functions on any OpenFaaS

  --gateway URL        its gateway, or the front proxy before it
  --secrets FOLDER     webhook-secret, payload-secret, registry-user, registry-password, registry-ca
  --github HOST:PORT   where a GitHub for the tests listens on this machine: an address that the functions reach.
                       Deploy them with github_api_url=http://HOST:PORT before, and with repositories empty or acme/*
  --registry URL       the registry as this machine reaches it                        (https://127.0.0.1:5000)`

/** The words after `npm run journey --`; a wrong one is an Error with a sentence and the usage. */
export function readTarget(args: string[], folder: string): { target: Target; words: string[] } {
  const { values, positionals } = parse(args)
  const needed = (name: 'gateway' | 'secrets' | 'github') => {
    const value = values[name]
    if (value === undefined) throw refused(`--${name} is missing`)
    return value
  }
  const target = {
    gateway: url('--gateway', needed('gateway')),
    registry: url('--registry', values.registry ?? 'https://127.0.0.1:5000'),
    secrets: resolve(folder, needed('secrets')),
    github: listener(needed('github')),
  }
  return { target, words: positionals }
}

/** The environment that hands a target on to the test files. */
export function handOn(target: Target): NodeJS.ProcessEnv {
  return { ...process.env, [VARIABLE]: JSON.stringify(target) }
}

/** The target that `npm run journey` handed on; undefined under `npm test`. */
export function givenTarget(): Target | undefined {
  const text = process.env[VARIABLE]
  return text === undefined ? undefined : (JSON.parse(text) as Target)
}

function parse(args: string[]) {
  const text = { type: 'string' } as const
  const options = { gateway: text, secrets: text, github: text, registry: text }
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    throw refused((error as Error).message)
  }
}

function url(option: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw refused(`${option} ${value}: write an address that begins with https:// or http://`)
  return value.replace(/\/+$/, '')
}

function listener(value: string): Target['github'] {
  const [, host = '', port = ''] = /^([\w.-]+):(\d{1,5})$/.exec(value) ?? []
  if (Number(port) < 1 || Number(port) > 65_535)
    throw refused(`--github ${value}: write HOST:PORT, an address of this machine and a free port`)
  return { host, port: Number(port) }
}

function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`)
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from './failure.ts'
import * as words from './words.ts'

export type SecretName =
  | 'webhook-secret'
  | 'payload-secret'
  | 'registry-user'
  | 'registry-password'
  | 'registry-ca'
  | 'github-token'
  | 'github-app-key'
  | 'github-ca'
  | 'docker-ca'
  | 'docker-cert'
  | 'docker-key'
  | 'aws-credentials'
  | 'build-secrets'
  | 'base-registries'
  | 'notify-urls'
  | 'notify-secret'

/** Reads secrets at each use, so that a rotation needs no deploy: OpenFaaS rewrites the files in place. */
export type Secrets = {
  /** The trimmed text of a secret; a missing or empty one is a Failure that names it. */
  need(name: SecretName): Promise<string>
  /** The same, undefined where it is missing or empty. */
  find(name: SecretName): Promise<string | undefined>
  /** One secret a line: the first signs, all verify. Never empty. */
  rotating(name: SecretName): Promise<[string, ...string[]]>
}

/** Secrets as files below `folder`, OpenFaaS's way (/var/openfaas/secrets). */
export function secretsIn(folder: string): Secrets {
  const find = async (name: SecretName): Promise<string | undefined> => {
    return textOf(join(folder, name)).trim() || undefined
  }
  const need = async (name: SecretName): Promise<string> => {
    const text = await find(name)
    if (text === undefined) throw new Failure('secret_missing', words.secretMissing(name))
    return text
  }
  const rotating = async (name: SecretName): Promise<[string, ...string[]]> => {
    const lines = (await need(name)).split(/\r?\n/).map((line) => line.trim())
    const secrets = lines.filter((line) => line !== '').slice(0, 2)
    return secrets as [string, ...string[]]
  }
  return { need, find, rotating }
}

/** Not by a promise: those four turns through the thread pool are a third of what a delivery costs. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { makeCredentials } from '../registry/credential-files.ts'
import { randomPassword, randomWebhookSecret } from '../registry/password.ts'
import { keptFile, readIfThere, writePrivate } from '../registry/private-file.ts'
import { makeDockerCredentials } from './docker/credentials.ts'
import type { Options } from './options.ts'
import type { Settings } from './settings.ts'

const RANDOM = {
  'webhook-secret': randomHex,
  'payload-secret': randomHex,
  'pull-password': randomPassword,
  'notify-secret': randomWebhookSecret,
}

/** The texts of secrets that only the operator has. */
type Given = Pick<Options, 'githubToken' | 'githubAppKey' | 'githubCa' | 'awsCredentials' | 'notifyUrls'>

/**
 * Makes certificates, passwords and secrets where they are missing, renews certificates before they end, and says
 * what it made. What is there stays: a secret changes when its file is deleted or written anew.
 */
export async function keepCredentials(state: string, settings: Settings, said: Given): Promise<string[]> {
  // Other users must not even list what is below: faasd's containers are let in by their mounts.
  mkdirSync(state, { recursive: true, mode: 0o700 })
  chmodSync(state, 0o700)
  const names = [
    '127.0.0.1',
    'localhost',
    'artefacto-registry',
    ...(settings.pull ? [settings.pull.name] : []),
  ]
  const made = [
    ...(await makeCredentials({ folder: state, names })),
    ...(await makeDockerCredentials({ folder: state, names: ['artefacto-docker'] })),
  ]
  made.push(...keepSecretFiles(state, said))
  return made.map((line) => `Made ${line}`)
}

/** The functions' secrets in `folder`/secrets but for registry's and engine's: what is missing is made, or is blank. */
export function keepSecretFiles(folder: string, said: Given): string[] {
  const made = makeSecretFiles(folder, RANDOM)
  const optional = {
    'github-token': said.githubToken,
    'github-app-key': said.githubAppKey,
    'github-ca': said.githubCa,
    'aws-credentials': said.awsCredentials,
    // The operator's to write: there is no option for them.
    'build-secrets': undefined,
    'base-registries': undefined,
    'notify-urls': said.notifyUrls,
  }
  for (const [name, text] of Object.entries(optional)) {
    const path = join(folder, 'secrets', name)
    if (text !== undefined && text !== readIfThere(path)?.trim()) {
      writePrivate(path, `${text}\n`)
      made.push(`secrets/${name}`)
    }
    // OpenFaaS deploys no function with a missing secret, and faas-cli makes none that is empty.
    keptFile(path, () => '\n')
  }
  return made
}

/** Makes those secrets in `folder`/secrets that are missing, and says which. */
export function makeSecretFiles(folder: string, makers: Record<string, () => string>): string[] {
  const missing = Object.entries(makers).filter(
    ([name]) => readIfThere(join(folder, 'secrets', name)) === undefined,
  )
  return missing.map(([name, make]) => {
    writePrivate(join(folder, 'secrets', name), make())
    return `secrets/${name}`
  })
}

function randomHex(): string {
  return randomBytes(20).toString('hex')
}

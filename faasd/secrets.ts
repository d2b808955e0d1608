import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { faasCli } from './faas-cli.ts'

/** The secrets of the functions, by the names of stack.yml. */
export const SECRETS = [
  'webhook-secret',
  'payload-secret',
  'registry-user',
  'registry-password',
  'registry-ca',
  'github-token',
  'github-app-key',
  'github-ca',
  'docker-ca',
  'docker-cert',
  'docker-key',
  'aws-credentials',
  'build-secrets',
  'base-registries',
  'notify-urls',
  'notify-secret',
]

/**
 * Secrets that faasd has under our names with values that are not ours: neither the one in the state folder nor the
 * one that we gave it the last time (`given`: SHA-256 by name). They are not overwritten.
 */
export function foreignSecrets(box: Box, given: Record<string, string>): string[] {
  return SECRETS.filter((name) => {
    const held = readIfThere(join(box.functionSecrets, name))
    if (held === undefined) return false
    const known = [given[name], hashOf(readIfThere(join(box.state, 'secrets', name)) ?? '')]
    return !known.includes(hashOf(held))
  })
}

/** Gives faasd each secret that it lacks or has in another form; functions read them anew at each use. */
export async function keepSecrets(box: Box): Promise<{ given: Record<string, string>; done: string[] }> {
  const given: Record<string, string> = {}
  const done: string[] = []
  for (const name of SECRETS) {
    const file = join(box.state, 'secrets', name)
    const value = readFileSync(file, 'utf8')
    given[name] = hashOf(value)
    const held = readIfThere(join(box.functionSecrets, name))
    if (held !== undefined && hashOf(held) === given[name]) continue
    const verb = held === undefined ? 'create' : 'update'
    // --trim=false: faas-cli refuses to create what is empty after trimming, and no token is one line end.
    await faasCli(box, ['secret', verb, name, '--from-file', file, '--trim=false'])
    done.push(`${verb === 'create' ? 'Created' : 'Updated'} the secret ${name}`)
  }
  return { given, done }
}

/** Removes those secrets that we gave. */
export async function removeSecrets(box: Box, given: Record<string, string>): Promise<string[]> {
  const ours = Object.keys(given).filter((name) => readIfThere(join(box.functionSecrets, name)) !== undefined)
  for (const name of ours) await faasCli(box, ['secret', 'remove', name])
  return ours.map((name) => `Removed the secret ${name}`)
}

// A line end more or less is the same secret: faas-cli trims by default.
function hashOf(value: string): string {
  return createHash('sha256').update(value.trim()).digest('hex')
}

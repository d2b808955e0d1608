import { mkdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { allNames, type KeyPair, leafFits, makeAuthority, makeLeaf } from './certificates.ts'
import { htpasswdWith, randomPassword } from './password.ts'
import { keptFile, readIfThere, writePrivate } from './private-file.ts'

/**
 * Makes what is missing of a registry's certificates and password, and says what it made. In `folder`:
 * `certs/{ca,registry}.{crt,key}`, `htpasswd`, `secrets/registry-{user,password,ca}`, and `registry` for the data.
 * What is there stays; the server certificate alone is made anew when it lacks a name or has under 30 days left.
 */
export async function makeCredentials(options: {
  folder: string
  names: string[]
  now?: Date
}): Promise<string[]> {
  const { folder, names, now = new Date() } = options
  for (const name of names) refuseOddName(name)
  for (const part of ['certs', 'secrets', 'registry']) {
    mkdirSync(join(folder, part), { recursive: true, mode: 0o700 })
  }
  const made: string[] = []
  const authority = await keepAuthority(folder, now, made)
  await keepLeaf({ folder, names, now, authority, made })
  await keepPassword(folder, made)
  const ca = join(folder, 'secrets/registry-ca')
  if (readIfThere(ca) !== authority.cert) writePrivate(ca, authority.cert)
  return made
}

function refuseOddName(name: string): void {
  if (isIP(name) || /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name)) return
  throw new Error(`"${name}" is neither a host name nor an IP address (no https://, no port)`)
}

async function keepAuthority(
  folder: string,
  now: Date,
  made: string[],
): Promise<Partial<KeyPair> & { cert: string }> {
  const cert = readIfThere(join(folder, 'certs/ca.crt'))
  const key = readIfThere(join(folder, 'certs/ca.key'))
  // Somebody may keep the key elsewhere: that is fine until something is to be signed.
  if (cert !== undefined) return key === undefined ? { cert } : { cert, key }
  const authority = await makeAuthority(now)
  writePrivate(join(folder, 'certs/ca.key'), authority.key)
  writePrivate(join(folder, 'certs/ca.crt'), authority.cert)
  made.push('certs/ca.crt: a new CA, to be trusted by every host that pulls')
  return authority
}

async function keepLeaf(work: {
  folder: string
  names: string[]
  now: Date
  authority: Partial<KeyPair> & { cert: string }
  made: string[]
}): Promise<void> {
  const { folder, names, now, authority, made } = work
  const cert = readIfThere(join(folder, 'certs/registry.crt'))
  const key = readIfThere(join(folder, 'certs/registry.key'))
  if (cert && key && leafFits({ cert, key }, authority.cert, names, now)) return
  const wanted = cert ? allNames(cert, names) : names
  if (wanted.length === 0) throw new Error('give at least one --name: a host name or address of the registry')
  if (authority.key === undefined) {
    throw new Error(
      `${join(folder, 'certs/ca.key')} is missing: it must sign a certificate for ${wanted.join(', ')}`,
    )
  }
  const leaf = await makeLeaf({ cert: authority.cert, key: authority.key }, wanted, now)
  writePrivate(join(folder, 'certs/registry.key'), leaf.key)
  writePrivate(join(folder, 'certs/registry.crt'), leaf.cert)
  made.push(`certs/registry.crt: for ${wanted.join(', ')}${cert ? '; restart the registry' : ''}`)
}

async function keepPassword(folder: string, made: string[]): Promise<void> {
  const user = keptFile(join(folder, 'secrets/registry-user'), () => 'artefacto').trim()
  const password = keptFile(join(folder, 'secrets/registry-password'), randomPassword).trim()
  const before = readIfThere(join(folder, 'htpasswd')) ?? ''
  const after = await htpasswdWith(before, user, password)
  if (after === before) return
  writePrivate(join(folder, 'htpasswd'), after)
  made.push(`htpasswd: ${user} with the password in secrets/registry-password`)
}

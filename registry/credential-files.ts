import { mkdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { allNames, leafFits, makeAuthority, makeLeaf, type Usage } from './certificates.ts'
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
  const keeping = { folder, now, made }
  const authority = await keepAuthority(keeping, {
    path: 'certs/ca',
    commonName: 'artefacto registry CA',
    note: 'to be trusted by every host that pulls',
  })
  await keepLeaf(keeping, authority, {
    cert: 'certs/registry.crt',
    key: 'certs/registry.key',
    commonName: 'artefacto registry',
    usage: 'serverAuth',
    names,
    renewed: 'restart the registry',
  })
  await keepPassword(folder, made)
  const ca = join(folder, 'secrets/registry-ca')
  if (readIfThere(ca) !== authority.cert) writePrivate(ca, authority.cert)
  return made
}

function refuseOddName(name: string): void {
  if (isIP(name) || /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name)) return
  throw new Error(`"${name}" is neither a host name nor an IP address (no https://, no port)`)
}

/** Where certificates are kept, what day it is, and the list of what was made. */
export type Keeping = { folder: string; now: Date; made: string[] }

/** A CA as it lies in the folder; somebody may keep the key elsewhere, which is fine until something is to be signed. */
export type Authority = { cert: string; key: string | undefined; keyPath: string }

/** The CA at `path`.{crt,key} of the folder, made where there is none; `note` says what it is for. */
export async function keepAuthority(
  { folder, now, made }: Keeping,
  { path, commonName, note }: { path: string; commonName: string; note: string },
): Promise<Authority> {
  const certPath = join(folder, `${path}.crt`)
  const keyPath = join(folder, `${path}.key`)
  const cert = readIfThere(certPath)
  if (cert !== undefined) return { cert, key: readIfThere(keyPath), keyPath }
  const authority = await makeAuthority(now, commonName)
  writePrivate(keyPath, authority.key)
  writePrivate(certPath, authority.cert)
  made.push(`${path}.crt: a new CA, ${note}`)
  return { ...authority, keyPath }
}

/** What a leaf is to be: `cert` and `key` are paths in the folder, `renewed` is what a person has to do then. */
export type Leaf = {
  cert: string
  key: string
  commonName: string
  usage: Usage
  names: string[]
  renewed: string
}

/** Leaves a certificate that still fits; else makes it, by `authority`, with all names that it had. */
export async function keepLeaf(
  { folder, now, made }: Keeping,
  authority: Authority,
  leaf: Leaf,
): Promise<void> {
  const cert = readIfThere(join(folder, leaf.cert))
  const key = readIfThere(join(folder, leaf.key))
  if (cert && key && leafFits({ cert, key }, authority.cert, leaf.names, now)) return
  const names = cert ? allNames(cert, leaf.names) : leaf.names
  if (leaf.usage === 'serverAuth' && names.length === 0)
    throw new Error('give at least one --name: a host name or address of the registry')
  const whom = names.join(', ') || leaf.commonName
  if (authority.key === undefined)
    throw new Error(`${authority.keyPath} is missing: it must sign a certificate for ${whom}`)
  const fresh = await makeLeaf({ cert: authority.cert, key: authority.key }, names, now, leaf)
  writePrivate(join(folder, leaf.key), fresh.key)
  writePrivate(join(folder, leaf.cert), fresh.cert)
  made.push(`${leaf.cert}: for ${whom}${cert ? `; ${leaf.renewed}` : ''}`)
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

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { keepAuthority, keepLeaf } from '../../registry/credential-files.ts'
import { readIfThere, writePrivate } from '../../registry/private-file.ts'

/**
 * Makes what is missing of the Docker policy proxy's certificates, and says what it made. In `folder`:
 * `certs/docker-ca.{crt,key}`, a CA of its own, so that no certificate of the registry's opens the engine;
 * `certs/docker-server.{crt,key}` for `names`; and for the build function `secrets/docker-{ca,cert,key}`. What is there
 * stays; a certificate is made anew when it lacks a name or has under 30 days left.
 */
export async function makeDockerCredentials(options: {
  folder: string
  names: string[]
  now?: Date
}): Promise<string[]> {
  const { folder, names, now = new Date() } = options
  for (const part of ['certs', 'secrets']) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 })
  const made: string[] = []
  const keeping = { folder, now, made }
  const authority = await keepAuthority(keeping, {
    path: 'certs/docker-ca',
    commonName: 'artefacto Docker CA',
    note: 'whose certificates open the Docker policy proxy',
  })
  await keepLeaf(keeping, authority, {
    cert: 'certs/docker-server.crt',
    key: 'certs/docker-server.key',
    commonName: 'artefacto Docker policy proxy',
    usage: 'serverAuth',
    names,
    renewed: 'reload the proxy',
  })
  await keepLeaf(keeping, authority, {
    cert: 'secrets/docker-cert',
    key: 'secrets/docker-key',
    commonName: 'artefacto build function',
    usage: 'clientAuth',
    names: [],
    renewed: 'update the secrets docker-cert and docker-key',
  })
  const ca = join(folder, 'secrets/docker-ca')
  if (readIfThere(ca) !== authority.cert) writePrivate(ca, authority.cert)
  return made
}

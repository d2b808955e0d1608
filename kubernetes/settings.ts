import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

export const REGISTRY = 'registry.artefacto.svc.cluster.local'

/** What an overlay's stack.env says. */
export type Settings = {
  /** the prefix of the functions' images, such as ghcr.io/owner */
  images: string
  /** values of stack.yml's variables, by name, with those that follow from where things are in a cluster */
  environment: Record<string, string>
}

/** Reads stack.env of an overlay; `engines` are the addresses that build is given. An Error says what to write. */
export function readSettings(overlay: string, stackText: string, engines: string[]): Settings {
  const path = join(overlay, 'stack.env')
  const { images = '', ...said } = parseEnv(readFileSync(path, 'utf8')) as Record<string, string>
  if (!/^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/.test(images))
    throw new Error(`${path}: images=${images}: write where the functions' images go, such as ghcr.io/owner`)
  const unknown = Object.keys(said).find((name) => !new RegExp(`^ {6}${name}:`, 'm').test(stackText))
  if (unknown !== undefined) throw new Error(`${path}: ${unknown} is no variable of stack.yml`)
  const registry = said.registry ?? REGISTRY
  return {
    images,
    environment: {
      registry,
      registry_url: `https://${registry}`,
      gateway_url: 'http://gateway.openfaas.svc.cluster.local:8080',
      docker_host: engines.join(' '),
      ...said,
    },
  }
}

import { join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Options } from './options.ts'

/** What the operator has said, kept in settings.json for the next run, the watcher and the doctor. */
export type Settings = {
  repositories: string
  branch: string
  publicUrl: string | null
  pages: 'public' | 'private'
  githubApiUrl: string
  githubApp: string
  /** the front proxy, as this box reaches it */
  front: { host: string; port: number; tls: boolean }
  /** where the front proxy's certificate is copied from at each run */
  certificate: string | null
  pull: { name: string; port: number } | null
  /** whether the service that makes disks is there */
  ami: boolean
  awsRegion: string
  buildSecrets: string
  baseRegistries: string
  /** the gateway's entry of `ports` before we bound it to loopback */
  gatewayPort: string | null
  /** SHA-256 of each secret that we gave to faasd: another value there is somebody else's */
  secrets: Record<string, string>
}

const FIRST: Settings = {
  repositories: '',
  branch: 'develop',
  publicUrl: null,
  pages: 'private',
  githubApiUrl: 'https://api.github.com',
  githubApp: '',
  front: { host: '127.0.0.1', port: 8090, tls: false },
  certificate: null,
  pull: null,
  ami: false,
  awsRegion: '',
  buildSecrets: '',
  baseRegistries: '',
  gatewayPort: null,
  secrets: {},
}

/** The settings of the last run, or the first ones. */
export function readSettings(state: string): Settings {
  const text = readIfThere(join(state, 'settings.json'))
  return { ...FIRST, ...(text && (JSON.parse(text) as Partial<Settings>)) }
}

export function writeSettings(state: string, settings: Settings): void {
  writePrivate(join(state, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`)
}

/** The settings with what was said this time. */
export function withOptions(before: Settings, said: Options): Settings {
  const certificate = said.certificate === false ? null : (said.certificate ?? before.certificate)
  const tls = certificate !== null
  const kept = tls === before.front.tls ? before.front.port : undefined
  return {
    ...before,
    repositories: said.repositories ?? before.repositories,
    branch: said.branch ?? before.branch,
    publicUrl: said.publicUrl ?? before.publicUrl,
    pages: said.pages ?? before.pages,
    githubApiUrl: said.githubApiUrl ?? before.githubApiUrl,
    githubApp: said.githubApp ?? before.githubApp,
    certificate,
    pull: said.pull === false ? null : (said.pull ?? before.pull),
    ami: said.ami ?? before.ami,
    awsRegion: said.awsRegion ?? before.awsRegion,
    buildSecrets: said.buildSecrets ?? before.buildSecrets,
    baseRegistries: said.baseRegistries ?? before.baseRegistries,
    // Without TLS it is for a tunnel or a proxy of this box: nobody else should reach it.
    front: { tls, host: tls ? '0.0.0.0' : '127.0.0.1', port: said.port ?? kept ?? (tls ? 443 : 8090) },
  }
}

/** The address that links begin with. */
export function publicUrl(settings: Settings): string {
  return settings.publicUrl ?? `http${settings.front.tls ? 's' : ''}://127.0.0.1:${settings.front.port}`
}

/** The name that people pull images by. */
export function pullName(settings: Settings, registry: string): string {
  return settings.pull ? `${settings.pull.name}:${settings.pull.port}` : registry
}

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What stands in for the images of the manifests where they cannot be pulled: Debian's own programs. */
const NAMES = [
  'docker.io/library/docker:28-dind',
  'docker.io/library/haproxy:2.6',
  'docker.io/library/registry:3',
  'docker.io/library/node:22-alpine',
  'registry.k8s.io/pause:3.6',
]
const PACKAGES = ['docker.io', 'haproxy', 'iptables', 'docker-registry', 'nodejs', 'ca-certificates']

/** Makes one archive for `ctr images import` with all of those names, once; gives its path. */
export async function keepImages(folder: string, say: (line: string) => void): Promise<string> {
  const archive = join(folder, 'images.tar')
  if (existsSync(archive)) return archive
  say(`making an image of Debian's ${PACKAGES.join(', ')}`)
  const work = join(folder, 'image')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const layer = join(work, 'layer.tar')
  execFileSync('nice', [
    '-n',
    '15',
    'mmdebstrap',
    '--quiet',
    '--variant=apt',
    `--include=${PACKAGES.join(',')}`,
    '--customize-hook=ln -s /usr/bin/docker-registry "$1/usr/local/bin/registry"',
    '--customize-hook=rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/usr/share/doc',
    'bookworm',
    layer,
  ])
  const hash = createHash('sha256')
  await pipeline(createReadStream(layer), hash)
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const config = {
    architecture: 'amd64',
    os: 'linux',
    // As the entrypoints of the real ones do, it runs what it is given.
    config: { Entrypoint: ['/usr/bin/env'], Cmd: ['sleep', 'infinity'], Env: [path] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] },
  }
  writeFileSync(join(work, 'config.json'), JSON.stringify(config))
  const manifest = [{ Config: 'config.json', RepoTags: NAMES, Layers: ['layer.tar'] }]
  writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest))
  execFileSync('tar', ['-cf', `${archive}.new`, '-C', work, 'manifest.json', 'config.json', 'layer.tar'])
  renameSync(`${archive}.new`, archive)
  rmSync(work, { recursive: true })
  return archive
}

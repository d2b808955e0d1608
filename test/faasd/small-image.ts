import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { digestOf } from '../../functions/shared/digest.ts'
import type { Registry } from '../../functions/shared/registry.ts'

const run = promisify(execFile)

const DOCKER = 'application/vnd.docker'
const MANIFEST = `${DOCKER}.distribution.manifest.v2+json`

/** Puts an image that holds this machine's shell, and says `words` when it is run; gives its digest. */
export async function putSmallImage(
  registry: Registry,
  repository: string,
  tag: string,
  words: string,
): Promise<string> {
  const tar = await shellAndItsLibraries()
  const layer = gzipSync(tar)
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: [realpathSync('/bin/sh'), '-c', `echo ${words}`] },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  )
  const part = async (mediaType: string, bytes: Buffer) => {
    const digest = await registry.putBlob(repository, bytes)
    return { mediaType: `${DOCKER}.${mediaType}`, size: bytes.length, digest }
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: await part('container.image.v1+json', config),
    layers: [await part('image.rootfs.diff.tar.gzip', layer)],
  }
  return registry.putManifest(repository, tag, MANIFEST, Buffer.from(JSON.stringify(manifest)))
}

async function shellAndItsLibraries(): Promise<Buffer> {
  const shell = realpathSync('/bin/sh')
  const { stdout } = await run('ldd', [shell])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  const paths = [shell, ...libraries].map((path) => path.slice(1))
  const tar = ['--create', '--dereference', '--directory=/', ...paths]
  return (await run('tar', tar, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 })).stdout
}

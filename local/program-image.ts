import { execFile } from 'node:child_process'
import { createReadStream, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Pack, pack } from 'tar-stream'
import { dockerAt } from './docker.ts'
import { refuseErrors } from './pull.ts'

const run = promisify(execFile)

const USERS = 'root:x:0:0:root:/root:/sbin/nologin\nnode:x:1000:1000::/tmp:/sbin/nologin\n'
const GROUPS = 'root:x:0:\nnode:x:1000:\n'
/** What glibc before 2.34 loads by name to look up hosts, so that ldd does not list it. */
const NAME_SERVICES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2']

/**
 * Imports an image that holds programs of this machine as `/usr/local/bin/<name>`, the libraries and the loader
 * that ldd names, a user `node` (1000) and /tmp. `programs` are paths by name;
 * `changes` are Dockerfile instructions (CMD, ENTRYPOINT, ENV …).
 */
export async function importPrograms(options: {
  host: string
  image: string
  programs: Record<string, string>
  changes?: string[]
}): Promise<void> {
  const { host, image, changes = [] } = options
  const programs = Object.entries(options.programs).map(([name, path]) => [name, realpathSync(path)] as const)
  const libraries = [...new Set((await Promise.all(programs.map(([, path]) => librariesOf(path)))).flat())]
  const files = [
    ...programs.map(([name, path]) => [`usr/local/bin/${name}`, path]),
    ...libraries.map((path) => [path.slice(1), path]),
  ]
  const [repo, tag] = image.split(':')
  const folders = [...new Set(libraries.map((path) => dirname(path)))]
  const paths = ['ENV PATH=/usr/local/bin', `ENV LD_LIBRARY_PATH=${folders.join(':')}`]
  const archive = pack()
  const body = new PassThrough()
  const [answer] = await Promise.all([
    dockerAt(host).importImage(body, { repo, tag, changes: [...paths, ...changes] }),
    pipeline(archive, body),
    fill(archive, files),
  ])
  refuseErrors(await text(answer))
}

/** Absolute paths, each one that the loader will look for by that name. */
async function librariesOf(program: string): Promise<string[]> {
  // "not a dynamic executable" is exit code 1: nothing is needed.
  const listed = await run('ldd', [program]).then(
    ({ stdout }) => stdout,
    () => '',
  )
  const found = [...listed.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1] as string)
  const libc = found.find((path) => /\/libc\.so\.6$/.test(path))
  const named = libc ? NAME_SERVICES.map((library) => join(dirname(libc), library)).filter(existsSync) : []
  return [...new Set([...found, ...named])]
}

async function fill(archive: Pack, files: string[][]): Promise<void> {
  archive.entry({ name: 'etc/passwd', mode: 0o644 }, USERS)
  archive.entry({ name: 'etc/group', mode: 0o644 }, GROUPS)
  archive.entry({ name: 'etc/nsswitch.conf', mode: 0o644 }, 'hosts: files dns\n')
  archive.entry({ name: 'tmp', type: 'directory', mode: 0o1777 })
  for (const [name, path] of files as [string, string][]) {
    await pipeline(createReadStream(path), archive.entry({ name, mode: 0o755, size: statSync(path).size }))
  }
  archive.finalize()
}

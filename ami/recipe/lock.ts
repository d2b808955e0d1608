import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mirrorOf } from './mirror.ts'
import { KERNEL, KERNEL_SUITE, LEFT_OUT, type Lock, type Package, SUITE, WANTED } from './packages.ts'

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** Writes packages.json anew: the newest versions, as apt finds them in an archive whose signature it has checked. */
function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'ami-lock-'))
  try {
    const lock = lockOf(privateApt(folder))
    writeFileSync(join(import.meta.dirname, 'packages.json'), `${JSON.stringify(lock, null, 1)}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

type Apt = (program: 'apt-get' | 'apt-cache', ...args: string[]) => string

/** apt with sources, lists and an empty system of its own: what the machine has installed plays no part. */
function privateApt(folder: string): Apt {
  for (const part of ['etc/preferences.d', 'lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, part), { recursive: true })
  const [debian, security] = [mirrorOf('debian'), mirrorOf('debian-security')]
  const lines = [SUITE, KERNEL_SUITE].flatMap((suite) => [
    `deb [signed-by=${KEYRING}] ${debian} ${suite} main`,
    `deb [signed-by=${KEYRING}] ${security} ${suite}-security main`,
  ])
  writeFileSync(join(folder, 'etc/sources.list'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'status'), '')
  const settings = {
    'Dir::Etc': join(folder, 'etc'),
    'Dir::Etc::main': '/dev/null',
    'Dir::Etc::parts': '/dev/null',
    'Dir::State': folder,
    'Dir::State::lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': 'amd64',
    'APT::Install-Recommends': 'false',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  return (program, ...args) =>
    execFileSync(program, [...options, '-q', ...args], { encoding: 'utf8', maxBuffer: 1 << 26 })
}

function lockOf(apt: Apt): Lock {
  apt('apt-get', 'update')
  const kernels = apt('apt-cache', 'pkgnames', 'linux-image-6.1.0-')
    .split('\n')
    .filter((name) => KERNEL.test(name))
  const kernel = kernels.sort((a, b) => Number(a.split('-')[3]) - Number(b.split('-')[3])).at(-1)
  if (kernel === undefined) throw new Error('the archive has no cloud kernel 6.1')
  // `install` knows the dependencies but prints MD5, `download` prints SHA-256.
  const files = [...apt('apt-get', '--print-uris', 'install', ...WANTED).matchAll(/^'\S+' (\S+) /gm)]
  const exact = files.map(([, file = '']) => decodeURIComponent(file).split('_').slice(0, 2).join('='))
  const packages = apt('apt-get', '--print-uris', 'download', ...exact)
    .split('\n')
    .filter(Boolean)
  return {
    snapshot: new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
    kernel: locked(apt('apt-get', '--print-uris', 'download', kernel)),
    packages: packages
      .map(locked)
      .filter(({ path }) => !LEFT_OUT.test(path.split('/').at(-1) as string))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
}

/** A line of --print-uris: 'address' file size SHA256:digest. */
function locked(line: string): Package {
  const parts = /^'\S*\/(debian|debian-security)\/(pool\/\S+)' \S+ (\d+) SHA256:([0-9a-f]{64})/.exec(line)
  if (parts === null) throw new Error(`apt-get named a package without its SHA-256: ${line}`)
  const [, archive, path = '', size, sha256 = ''] = parts
  return {
    archive: archive as Package['archive'],
    path: decodeURIComponent(path),
    size: Number(size),
    sha256,
  }
}

main()

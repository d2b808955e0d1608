import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { rootDigest } from './digest.ts'
import { download, fileOf, missingOf } from './download.ts'
import { type Package, readLock } from './packages.ts'
import { payload } from './payload.ts'
import { run } from './run.ts'

const DAY_MS = 86_400_000
const NO_SPACE = /no space left on device|disk quota exceeded/i
/** Packages, what is in them, and the tar. */
const SPACE = '1 GB'

/** All that is kept of these folders, and what is thrown away elsewhere: two thirds of what the packages hold. */
const KEPT = {
  'usr/share': ['OVMF', 'nodejs', 'qemu', 'seabios'],
  'usr/share/OVMF': ['OVMF_CODE_4M.fd', 'OVMF_VARS_4M.fd'],
  'usr/share/qemu': ['bios-256k.bin', 'kvmvapic.bin'],
  // The code page in which mtools writes a FAT label.
  'usr/lib/x86_64-linux-gnu/gconv': ['IBM850.so', 'gconv-modules.cache'],
}
const USELESS = [
  ...['SYSLINUX', 'qemu', 'syslinux', 'systemd', 'udev'].map((name) => `usr/lib/${name}`),
  ...['qemu-system-i386', 'qemu-system-x86_64-microvm', 'qemu-pr-helper', 'qemu-vmsr-helper'].map(
    (name) => `usr/bin/${name}`,
  ),
  ...['usr/include', 'usr/libexec', 'var'],
]

/**
 * The file system of the service's image, as a tar in `cache`: Debian's packages as packages.json locks them, each
 * unpacked and none installed, so that it takes neither root nor a container; the same bytes every time. Made once.
 */
export async function rootOf(
  cache: string,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const file = rootFile(cache)
  if (existsSync(file)) return file
  if (process.arch !== 'x64' || process.platform !== 'linux')
    throw new Error('The image of the service ami can only be made on Linux on amd64')
  const work = workFolder(cache)
  try {
    const lock = readLock()
    const [kernel = '', ...packages] = await fetched([lock.kernel, ...lock.packages], { cache, say, signal })
    const root = join(work, 'root')
    await unpack(packages, root, signal)
    await run('dpkg-deb', ['-x', kernel, join(work, 'kernel')], { signal })
    fillKit(root, join(work, 'kernel'))
    trim(root)
    await archive(root, join(work, 'root.tar'), signal)
    renameSync(join(work, 'root.tar'), file)
    for (const name of readdirSync(cache))
      if (/^root-.*\.tar$/.test(name) && name !== basename(file)) rmSync(join(cache, name), { force: true })
    return file
  } catch (error) {
    throw NO_SPACE.test((error as Error).message)
      ? new Error(`${cache} is full: it takes ${SPACE} there. Make room, or set AMI_CACHE to another folder`)
      : error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Where that tar is, or will be. */
export function rootFile(cache: string): string {
  return join(cache, `root-${rootDigest().slice(7, 19)}.tar`)
}

/** A new one; those of runs that were killed go. */
function workFolder(cache: string): string {
  try {
    mkdirSync(cache, { recursive: true })
    for (const name of readdirSync(cache).filter((one) => one.startsWith('making-')))
      if (statSync(join(cache, name)).mtimeMs < Date.now() - DAY_MS)
        rmSync(join(cache, name), { recursive: true, force: true })
    return mkdtempSync(join(cache, 'making-'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`${cache} cannot be written to (${code}): set AMI_CACHE to another folder`)
  }
}

/** The packages as files, in the same order. */
async function fetched(
  packages: Package[],
  { cache, say, signal }: { cache: string; say: (line: string) => void; signal: AbortSignal | undefined },
): Promise<string[]> {
  const folder = join(cache, 'packages')
  const missing = await missingOf(packages, folder)
  const megabytes = Math.ceil(missing.reduce((sum, { size }) => sum + size, 0) / 1e6)
  say(
    missing.length > 0
      ? `Downloading ${missing.length} Debian packages (${megabytes} MB) for the service that makes disks; they stay in ${cache}`
      : `Unpacking the Debian packages in ${cache} for the service that makes disks`,
  )
  await download(missing, folder, signal)
  return packages.map((one) => fileOf(one, folder))
}

async function unpack(packages: string[], root: string, signal?: AbortSignal): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true })
    symlinkSync(`usr/${name}`, join(root, name))
  }
  for (const file of packages) await run('dpkg-deb', ['-x', file, root], { signal })
}

/** /opt/ami: what goes onto the disks. */
function fillKit(root: string, kernel: string): void {
  const kit = join(root, 'opt/ami')
  mkdirSync(kit, { recursive: true })
  const [image = ''] = readdirSync(join(kernel, 'boot')).filter((name) => name.startsWith('vmlinuz-'))
  copyFileSync(join(kernel, 'boot', image), join(kit, 'vmlinuz'))
  const efi = join(root, 'usr/lib/systemd/boot/efi/systemd-bootx64.efi')
  for (const path of [efi, join(root, 'usr/lib/syslinux/mbr/gptmbr.bin')])
    copyFileSync(path, join(kit, basename(path)))
  writeFileSync(join(kit, 'payload.tar'), payload(root, kernel))
  writeFileSync(join(kit, 'kernel'), image.slice('vmlinuz-'.length))
}

function trim(root: string): void {
  for (const [folder, kept] of Object.entries(KEPT))
    for (const name of readdirSync(join(root, folder)))
      if (!kept.includes(name)) rmSync(join(root, folder, name), { recursive: true })
  for (const path of USELESS) rmSync(join(root, path), { recursive: true, force: true })
}

async function archive(root: string, file: string, signal?: AbortSignal): Promise<void> {
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=go-w']
  const env = { ...process.env, LC_ALL: 'C' }
  await run('tar', [...same, '--format=gnu', '-C', root, '-cf', file, '.'], { env, signal })
}

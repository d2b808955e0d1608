import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { rootDigest } from './digest.ts'
import { download } from './download.ts'
import { readLock } from './packages.ts'
import { payload } from './payload.ts'
import { run } from './run.ts'

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
export async function rootOf(cache: string, say: (line: string) => void): Promise<string> {
  const file = join(cache, `root-${rootDigest().slice(7, 19)}.tar`)
  if (existsSync(file)) return file
  if (process.arch !== 'x64' || process.platform !== 'linux')
    throw new Error('The image of the service ami can only be made on Linux on amd64')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(join(cache, 'making-'))
  try {
    const lock = readLock()
    say(`Fetching ${lock.packages.length + 1} packages of Debian for the service ami`)
    const [kernel = '', ...packages] = await download(
      [lock.kernel, ...lock.packages],
      join(cache, 'packages'),
    )
    const root = join(work, 'root')
    await unpack(packages, root)
    await run('dpkg-deb', ['-x', kernel, join(work, 'kernel')])
    fillKit(root, join(work, 'kernel'))
    trim(root)
    await archive(root, join(work, 'root.tar'))
    renameSync(join(work, 'root.tar'), file)
    for (const name of readdirSync(cache))
      if (/^root-.*\.tar$/.test(name) && name !== basename(file)) rmSync(join(cache, name), { force: true })
    return file
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function unpack(packages: string[], root: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true })
    symlinkSync(`usr/${name}`, join(root, name))
  }
  for (const file of packages) await run('dpkg-deb', ['-x', file, root])
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

async function archive(root: string, file: string): Promise<void> {
  const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=go-w']
  await run('tar', [...same, '--format=gnu', '-C', root, '-cf', file, '.'], { ...process.env, LC_ALL: 'C' })
}

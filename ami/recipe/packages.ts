import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One .deb: which of Debian's two archives has it, where in it, and what it must be. */
export type Package = { archive: 'debian' | 'debian-security'; path: string; size: number; sha256: string }

/** `kernel` is what boots on the disk; `packages` is what the service is made of. */
export type Lock = { snapshot: string; kernel: Package; packages: Package[] }

/** What the service needs, with all that it depends on, from the suite. */
export const SUITE = 'trixie'
export const WANTED = [
  'nodejs',
  // 1.47.1 is the first mke2fs that reads a tar, by libarchive, which it loads by name.
  'e2fsprogs',
  'libarchive13t64',
  'fdisk',
  'util-linux',
  'mtools',
  'syslinux',
  'syslinux-common',
  // syslinux calls mtools by a shell.
  'dash',
  'tar',
  'qemu-system-x86',
  'ovmf',
  'busybox-static',
  'coreutils',
  'systemd-boot-efi',
]

/** Needed by maintainer scripts and logins alone: nothing is installed here, only unpacked. */
export const LEFT_OUT =
  /^(adduser|base-passwd|debconf|debianutils|passwd|login\.defs|libpam|libsemanage|libsepol|libdebconfclient|node-corepack|openssl-provider|logsave|libss2|libasound2-data|ipxe-qemu|libaudit-common)/

/** 6.1 and not 6.12: QEMU before 10 fails one in six boots of 6.12 without KVM. */
export const KERNEL_SUITE = 'bookworm'
export const KERNEL = /^linux-image-6\.1\.0-\d+-cloud-amd64$/

/** packages.json, which `node --import tsx ami/recipe/lock.ts` writes. */
export function readLock(): Lock {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'packages.json'), 'utf8')) as Lock
}

import { createHash } from 'node:crypto'

/** Of 512 bytes. */
export const SECTOR = 512
const MIB = 2048
const GIB = 1024 * MIB

/** Where what lies on the disk, in sectors: one MiB is left free at both ends for the two partition tables. */
export type Layout = { sectors: number; esp: Part; root: Part }
export type Part = { start: number; size: number }

export function layoutOf(gib: number): Layout {
  const esp = { start: MIB, size: 40 * MIB }
  const start = esp.start + esp.size
  return { sectors: gib * GIB, esp, root: { start, size: gib * GIB - start - MIB } }
}

/** Every identifier on the disk, from the image's digest: the same image makes the same disk. */
export type Identity = { disk: string; esp: string; root: string; filesystem: string }

export function identityOf(image: string): Identity {
  const uuid = (name: string) => uuidOf(`${image}/${name}`)
  return { disk: uuid('disk'), esp: uuid('esp'), root: uuid('root'), filesystem: uuid('filesystem') }
}

function uuidOf(seed: string): string {
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 16)
  // Version 8, "vendor specific", and the variant: RFC 9562.
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** What sfdisk reads: types are the EFI system partition and "Linux root (x86-64)" of systemd. */
export function partitionTable({ esp, root }: Layout, id: Identity): string {
  return [
    'label: gpt',
    `label-id: ${id.disk}`,
    'first-lba: 2048',
    `start=${esp.start}, size=${esp.size}, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=${id.esp}, name="ESP", attrs="LegacyBIOSBootable"`,
    `start=${root.start}, size=${root.size}, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=${id.root}, name="root"`,
    '',
  ].join('\n')
}

/** The files of both boot loaders, by their path on the ESP: systemd-boot for UEFI, syslinux for BIOS. */
export function loaderFiles(id: Identity): Record<string, string> {
  const kernel = [
    `root=PARTUUID=${id.root} rootfstype=ext4 rootwait rw init=/.ami/init`,
    'console=tty0 console=ttyS0,115200n8',
    // As EC2 asks: its volumes may pause for longer than any limit.
    'nvme_core.io_timeout=4294967295 panic=10',
  ].join(' ')
  return {
    'loader/loader.conf': 'timeout 0\nconsole-mode keep\neditor no\ndefault ami.conf\n',
    'loader/entries/ami.conf': `title ami\nlinux /vmlinuz\noptions ${kernel}\n`,
    'syslinux/syslinux.cfg': `DEFAULT ami\nPROMPT 0\nTIMEOUT 0\nLABEL ami\n  LINUX /vmlinuz\n  APPEND ${kernel}\n`,
  }
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tarEntry } from '../tar/entry.ts'
import { modulesOf } from './modules.ts'

const OURS = join(import.meta.dirname, '../payload')

/** What init and dhcp use. */
const APPLETS = [
  ...['acpid', 'cat', 'chown', 'cut', 'hostname', 'ifconfig', 'insmod', 'ip', 'kill', 'ln', 'mkdir', 'mount'],
  ...['poweroff', 'reboot', 'sed', 'sh', 'sleep', 'sync', 'udhcpc', 'uname'],
]

/** busybox's own setpriv cannot change the user, and its env cannot give a child its signals back. */
const PROGRAMS = ['setpriv', 'env']
const LIBRARIES = ['libc.so.6', 'libcap-ng.so.0']

/** /.ami of every disk, as entries of an archive: the same bytes from the same packages. */
export function payload(root: string, kernel: string): Buffer {
  const file = (name: string, path: string, mode = 0o755) =>
    tarEntry({ name: `.ami/${name}`, body: readFileSync(path), mode })
  const folder = (name: string) => tarEntry({ name: `.ami/${name}`, type: 'folder' })
  const library = (name: string) => join(root, 'usr/lib/x86_64-linux-gnu', name)
  const modules = modulesOf(kernel)
  return Buffer.concat([
    folder(''),
    ...['bin/', 'lib/', 'modules/', 'acpi/', 'acpi/PWRF/'].map(folder),
    file('busybox', join(root, 'usr/bin/busybox')),
    ...APPLETS.map((name) => tarEntry({ name: `.ami/bin/${name}`, type: 'symlink', link: '../busybox' })),
    file('init', join(OURS, 'init')),
    file('dhcp', join(OURS, 'dhcp')),
    // acpid calls what is named after the event: type PWRF, number 0x80.
    file('acpi/PWRF/00000080', join(OURS, 'power-button')),
    file('lib/ld.so', library('ld-linux-x86-64.so.2')),
    ...PROGRAMS.map((name) => file(`lib/${name}`, join(root, 'usr/bin', name))),
    ...LIBRARIES.map((name) => file(`lib/${name}`, library(name))),
    ...modules.map(({ name, body }) => tarEntry({ name: `.ami/modules/${name}`, body })),
    tarEntry({ name: '.ami/modules.order', body: modules.map(({ name }) => `${name}\n`).join('') }),
  ])
}

import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What a machine on EC2 or in QEMU needs beside what is in the kernel: network, entropy, the power button. */
const NEEDED = ['ena', 'ixgbevf', 'virtio_pci', 'virtio_net', 'virtio_rng', 'button', 'evdev']

/** The kernel's modules that are needed, each after those it depends on, with their bytes. */
export function modulesOf(kernel: string): { name: string; body: Buffer }[] {
  const folder = join(kernel, 'lib/modules')
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ko'))
      .map((path) => [plain(basename(path, '.ko')), join(folder, path)]),
  )
  const taken = new Map<string, Buffer>()
  const take = (name: string): void => {
    const file = files.get(plain(name))
    // What is no file is a part of the kernel itself.
    if (file === undefined || taken.has(plain(name))) return
    const body = readFileSync(file)
    for (const other of dependsOf(body)) take(other)
    taken.set(plain(name), body)
  }
  for (const name of NEEDED) take(name)
  return [...taken].map(([name, body]) => ({ name: `${name}.ko`, body }))
}

/** What modprobe would load before: the module says so itself, in its section .modinfo. */
function dependsOf(module: Buffer): string[] {
  const start = module.indexOf('\0depends=', 0, 'latin1')
  if (start < 0) return []
  const value = start + '\0depends='.length
  return module.toString('latin1', value, module.indexOf(0, value)).split(',').filter(Boolean)
}

function plain(name: string): string {
  return name.replaceAll('-', '_')
}

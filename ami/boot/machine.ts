import { accessSync, constants, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Firmware } from '../../functions/shared/disk-request.ts'
import { startTool } from '../tool.ts'

export const QEMU = 'qemu-system-x86_64'
const OVMF = '/usr/share/OVMF/OVMF'
const MEMORY_MIB = 512

/** A machine whose disk is a copy on write: what it changes is gone with it. */
export type Machine = {
  /** What it wrote to its serial console until now. */
  console(): Promise<string>
  /** As if somebody pressed it. */
  pressPower(): void
  ended: Promise<void>
}

type Starting = {
  disk: string
  firmware: Firmware
  /** `from` on 127.0.0.1 leads to `to` of the machine; it reaches nothing else. */
  port: { from: number; to: number }
  folder: string
  signal: AbortSignal
  qemu?: string
}

/** Starts a machine. `signal` ends it. */
export function startMachine({ signal, qemu = QEMU, ...machine }: Starting): Machine {
  const { folder } = machine
  const { console: log, monitor, args } = machineOf(machine)
  // The changes of snapshot=on go into a file there.
  const { ended } = startTool(qemu, args, { signal, env: { TMPDIR: folder } })
  return {
    console: () => readFile(log, 'latin1').catch(() => ''),
    pressPower: () =>
      void connect(monitor)
        .on('error', () => {})
        .end('system_powerdown\n'),
    ended,
  }
}

/** QEMU's words for a machine with the disk as an NVMe one, as on EC2; the files of its console and its monitor. */
export function machineOf({ disk, firmware, port, folder }: Omit<Starting, 'signal' | 'qemu'>): {
  console: string
  monitor: string
  args: string[]
} {
  const log = join(folder, 'console.log')
  const monitor = join(folder, 'monitor')
  const network = `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port.from}-:${port.to}`
  const args = [
    ...['-machine', 'q35', ...processor(), '-smp', '2', '-m', `${MEMORY_MIB}`],
    ...['-nodefaults', '-display', 'none', '-no-reboot'],
    ...['-serial', `file:${log}`, '-monitor', `unix:${monitor},server=on,wait=off`],
    ...['-drive', `file=${disk},format=raw,if=none,id=root,snapshot=on,cache=unsafe`],
    ...['-device', 'nvme,drive=root,serial=root,bootindex=1', '-device', 'virtio-rng-pci'],
    ...['-netdev', network, '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...(firmware === 'uefi' ? ovmf() : []),
  ]
  return { console: log, monitor, args }
}

/**
 * KVM where it is the real one. Opening /dev/kvm proves nothing: kvm_pvm lets it be opened on hosts that have no
 * hardware for it, and an ordinary kernel does not start there.
 */
function processor(): string[] {
  const real = ['kvm_intel', 'kvm_amd'].some((name) => existsSync(`/sys/module/${name}`))
  const kvm = real && !existsSync('/sys/module/kvm_pvm') && mayUse('/dev/kvm')
  return kvm ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', 'tcg,thread=multi', '-cpu', 'max']
}

function ovmf(): string[] {
  const flash = (unit: number, mode: string, name: string) => [
    '-drive',
    `if=pflash,format=raw,unit=${unit},${mode},file=${OVMF}_${name}_4M.fd`,
  ]
  return [...flash(0, 'readonly=on', 'CODE'), ...flash(1, 'snapshot=on', 'VARS')]
}

function mayUse(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

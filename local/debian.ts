import { execFile } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The package that each program we may install comes from, on Debian and Ubuntu. */
const PACKAGES = {
  dockerd: 'docker.io',
  iptables: 'iptables',
  'docker-registry': 'docker-registry',
  haproxy: 'haproxy',
}
export type Program = keyof typeof PACKAGES

let updated: Promise<unknown> | undefined

/** Where a program is, on PATH or in the folders of system programs, which PATH may lack. */
export function whereIs(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, program)).find(executable)
}

/** Whether we may install packages here: root on Debian, Ubuntu or what descends from them. */
export function canInstall(): boolean {
  if (process.getuid?.() !== 0) return false
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

/** Installs those of the programs that are missing, in one run of apt; returns which these were. */
export async function install(programs: Program[], say: (line: string) => void): Promise<Program[]> {
  const missing = programs.filter((program) => whereIs(program) === undefined)
  if (missing.length === 0) return []
  const packages = missing.map((program) => PACKAGES[program])
  say(`Installing ${packages.join(' and ')} with apt-get`)
  updated ??= apt('update')
  await updated
  await apt('install', '-y', '--no-install-recommends', ...packages)
  return missing
}

async function apt(...args: string[]): Promise<void> {
  try {
    await run('apt-get', ['-q', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string }
    const reason = stderr.split('\n').find((line) => line.startsWith('E: ')) ?? message
    throw new Error(`apt-get ${args.join(' ')} failed: ${reason}`)
  }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

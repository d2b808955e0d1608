import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debugfs, debugfsAll } from './ami-stage.ts'

/** Type, permissions, owner, size, time in seconds, links and SHA-256 (or a symlink's target) of files, by path. */
export type FileList = Map<string, string>

const TYPES = { regular: 'f', directory: 'd', symlink: 'l', character: 'c', block: 'b', FIFO: 'p' }

/** The files of an archive, by GNU tar and find. */
export function extracted(tar: Buffer, work: string): FileList {
  const folder = mkdtempSync(join(work, 'extracted-'))
  execFileSync('tar', ['-xpf', '-', '-C', folder], { input: tar })
  const content = contents(folder)
  const rows = find(folder, '-printf', '%P\\t%y %m %U %G %s %T@ %n\\n').split('\n').filter(Boolean)
  return new Map(
    rows.map((row) => {
      const [path = '', rest = ''] = row.split('\t')
      return [path, described(rest.split(' '), content.get(path))]
    }),
  )
}

/** The files of a disk's root, by debugfs; `special` are those that it does not copy: devices and FIFOs. */
export function onDisk(file: string, work: string, special: string[]): FileList {
  const folder = mkdtempSync(join(work, 'on-disk-'))
  debugfs(file, `rdump / ${folder}`)
  const content = contents(folder)
  const paths = [...find(folder, '-printf', '%P\\n').split('\n').filter(Boolean), ...special]
  const commands = join(folder, '../commands')
  const lines = paths.map((path) => `stat "/${path.replaceAll('"', '""')}"\n`)
  writeFileSync(commands, lines.join(''), 'latin1')
  const said = debugfsAll(file, commands).split(/^(?=Inode: )/m)
  return new Map(paths.map((path, i) => [path, described(inode(said[i + 1] ?? ''), content.get(path))]))
}

/** As find says it. */
function inode(said: string): string[] {
  const one = (pattern: RegExp) => pattern.exec(said)?.[1] ?? '?'
  const type = TYPES[one(/Type: (\w+)/) as keyof typeof TYPES]
  const mode = Number.parseInt(one(/Mode: +(\d+)/), 8).toString(8)
  const time = Number.parseInt(one(/ mtime: 0x([0-9a-f]+)/), 16)
  const [user, group, size, links] = [/User: +(\d+)/, /Group: +(\d+)/, /Size: (\d+)/, /Links: (\d+)/].map(one)
  return [type, mode, user, group, size, `${time}`, links] as string[]
}

function described([type = '', mode, user, group, size, time = '', links]: string[], content = ''): string {
  const whole = type === 'd' ? [] : [size, links]
  return [type, mode, user, group, Math.floor(Number(time)), ...whole, content].join(' ')
}

function contents(folder: string): Map<string, string> {
  const digests = find(folder, '-type', 'f', '-exec', 'sha256sum', '-z', '{}', '+')
    .split('\0')
    .filter(Boolean)
  const links = find(folder, '-type', 'l', '-printf', '%P\\0%l\\0').split('\0').filter(Boolean)
  const targets = links.flatMap((path, i) => (i % 2 === 0 ? [[path, links[i + 1] ?? ''] as const] : []))
  return new Map([...digests.map((line) => [line.slice(68), line.slice(0, 64)] as const), ...targets])
}

function find(folder: string, ...args: string[]): string {
  return execFileSync('find', ['.', ...args], { cwd: folder, encoding: 'latin1', maxBuffer: 1 << 26 })
}

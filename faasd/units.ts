import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { bundleWatch } from './watch/bundle.ts'
import { ruleOf } from './watch/firewall.ts'

const UNITS = ['artefacto-watch.service', 'artefacto-watch.timer']

/** Installs the watcher with its timer, and the rotation of the registry's log. */
export async function keepUnits(box: Box): Promise<string[]> {
  const program = join(box.state, 'watch.cjs')
  const draft = join(box.state, 'watch.new.cjs')
  await bundleWatch(draft)
  const done = put(program, readFileSync(draft, 'utf8'), 0o600) ? ['Installed the watcher'] : []
  await run('rm', ['-f', draft])
  const changed = UNITS.filter((unit) => put(join(box.units, unit), unitText(unit, box), 0o644))
  if (changed.length > 0) {
    await run('systemctl', ['daemon-reload'])
    done.push(`Wrote ${changed.map((unit) => join(box.units, unit)).join(' and ')}`)
  }
  await run('systemctl', ['enable', '--now', 'artefacto-watch.timer']).catch((error: Error) => {
    done.push(`No timer runs, because systemd does not: run node ${program} every minute. (${error.message})`)
  })
  if (existsSync(box.logrotate)) put(join(box.logrotate, 'artefacto'), rotation(box), 0o644)
  return done
}

/** Ends a run of the watcher that is under way: it must not repair what is being changed. */
export async function stopWatcher(): Promise<void> {
  await run('systemctl', ['stop', 'artefacto-watch.service']).catch(() => '')
}

/** Takes them away again, and the rule that the watcher has put into the firewall. */
export async function removeUnits(box: Box): Promise<string[]> {
  if (!existsSync(join(box.units, 'artefacto-watch.timer'))) return []
  await run('systemctl', ['disable', '--now', 'artefacto-watch.timer']).catch(() => '')
  const files = [...UNITS.map((unit) => join(box.units, unit)), join(box.logrotate, 'artefacto')]
  await run('rm', ['-f', ...files, join(box.state, 'watch.cjs')])
  await run('systemctl', ['daemon-reload']).catch(() => '')
  for (const firewall of ['iptables', 'ip6tables'] as const)
    await run(firewall, ['-D', ...ruleOf(firewall)]).catch(() => '')
  return [`Removed the watcher, its rule in the firewall, and ${files.join(', ')}`]
}

function unitText(unit: string, box: Box): string {
  return readFileSync(join(import.meta.dirname, 'watch', unit), 'utf8')
    .replaceAll('/usr/bin/node', process.execPath)
    .replaceAll('/var/lib/artefacto', box.state)
}

function rotation(box: Box): string {
  return `${join(box.state, 'log/*.log')} {\n  size 10M\n  rotate 3\n  copytruncate\n  missingok\n  compress\n}\n`
}

function put(path: string, text: string, mode: number): boolean {
  if (readIfThere(path) === text) return false
  writePrivate(path, text, mode)
  return true
}

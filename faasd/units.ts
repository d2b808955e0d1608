import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { bundleTimed, type Timed } from './bundle.ts'
import { run } from './command.ts'
import { ruleOf } from './watch/firewall.ts'

const TIMED: Record<Timed, string> = { watch: 'the watcher', collect: "the registry's collection" }
const NAMES = Object.keys(TIMED) as Timed[]

/** Installs the watcher and the collection with their timers, and the rotation of the registry's log. */
export async function keepUnits(box: Box): Promise<string[]> {
  const done: string[] = []
  for (const name of NAMES) if (await putProgram(name, box)) done.push(`Installed ${TIMED[name]}`)
  const changed = NAMES.flatMap((name) =>
    unitsOf(name).filter((unit) => put(join(box.units, unit), unitText(name, unit, box), 0o644)),
  )
  if (changed.length > 0) {
    await run('systemctl', ['daemon-reload'])
    done.push(`Wrote ${changed.map((unit) => join(box.units, unit)).join(' and ')}`)
  }
  const timers = NAMES.map((name) => `artefacto-${name}.timer`)
  await run('systemctl', ['enable', '--now', ...timers]).catch((error: Error) => {
    const program = join(box.state, 'watch.cjs')
    done.push(`No timer runs, because systemd does not: run node ${program} every minute. (${error.message})`)
  })
  if (existsSync(box.logrotate)) put(join(box.logrotate, 'artefacto'), rotation(box), 0o644)
  return done
}

/** Takes them away again, and the rule that the watcher has put into the firewall. */
export async function removeUnits(box: Box): Promise<string[]> {
  if (!existsSync(join(box.units, 'artefacto-watch.timer'))) return []
  const timers = NAMES.map((name) => `artefacto-${name}.timer`)
  await run('systemctl', ['disable', '--now', ...timers]).catch(() => '')
  const units = NAMES.flatMap(unitsOf).map((unit) => join(box.units, unit))
  const files = [...units, join(box.logrotate, 'artefacto')]
  await run('rm', ['-f', ...files, ...NAMES.map((name) => join(box.state, `${name}.cjs`))])
  await run('systemctl', ['daemon-reload']).catch(() => '')
  for (const firewall of ['iptables', 'ip6tables'] as const)
    await run(firewall, ['-D', ...ruleOf(firewall)]).catch(() => '')
  return [
    `Removed the watcher and the collection, the watcher's rule in the firewall, and ${files.join(', ')}`,
  ]
}

async function putProgram(name: Timed, box: Box): Promise<boolean> {
  const draft = join(box.state, `${name}.new.cjs`)
  await bundleTimed(name, draft)
  const changed = put(join(box.state, `${name}.cjs`), readFileSync(draft, 'utf8'), 0o600)
  await run('rm', ['-f', draft])
  return changed
}

function unitsOf(name: Timed): string[] {
  return [`artefacto-${name}.service`, `artefacto-${name}.timer`]
}

function unitText(name: Timed, unit: string, box: Box): string {
  return readFileSync(join(import.meta.dirname, name, unit), 'utf8')
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

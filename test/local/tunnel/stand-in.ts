import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for PATH with stand-ins for the tunnel programs; `mode` says how the next start of one goes. */
export function standIns(): { folder: string; mode: (mode: string) => void } {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-tunnel-'))
  const file = join(folder, 'mode')
  writeFileSync(file, '')
  for (const name of ['cloudflared', 'ngrok']) {
    const script = join(import.meta.dirname, `${name}.mjs`)
    const mode = `STAND_IN_MODE='${file}'`
    writeFileSync(join(folder, name), `#!/bin/sh\n${mode} exec '${process.execPath}' '${script}' "$@"\n`, {
      mode: 0o755,
    })
  }
  return { folder, mode: (mode) => writeFileSync(file, mode) }
}

/** The process of the tunnel that a state folder has now. */
export function tunnelPid(stateFolder: string): number {
  return Number(readFileSync(join(stateFolder, 'tunnel.pid'), 'utf8').split(' ')[0])
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether systemd is what runs services here: https://www.freedesktop.org/software/systemd/man/sd_booted.html */
export function hasSystemd(): boolean {
  return existsSync('/run/systemd/system')
}

/** `systemctl ARGS`; the error says where to look. */
export async function systemctl(...args: string[]): Promise<void> {
  try {
    await run('systemctl', args)
  } catch (error) {
    const unit = args.at(-1)
    throw new Error(
      `systemctl ${args.join(' ')} failed: ${(error as Error).message}. See journalctl -u ${unit}`,
    )
  }
}

import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import { whereIs } from '../../local/debian.ts'

/**
 * Runs the tests of `file` in a network namespace of its own, in a process of its own: two engines would quarrel about
 * docker0. As root and with these programs and unshare, or they are skipped, and a line says so.
 */
export function inOwnNetwork(file: string, title: string, programs: string[], tests: () => void): void {
  const able = process.getuid?.() === 0 && [...programs, 'unshare'].every((program) => whereIs(program))
  if (!able) {
    const none = suite(title)
    none.skip(`needs root, ${programs.join(', ')} and unshare`, () => {})
    none.run()
  } else if (process.env.OWN_NETWORK) {
    delete process.env.DOCKER_HOST
    tests()
  } else {
    const shell = 'ip link set lo up && exec "$@"'
    const self = [process.execPath, '--import', 'tsx', file]
    const env = { ...process.env, OWN_NETWORK: 'yes' }
    const { status } = spawnSync('unshare', ['-n', 'sh', '-c', shell, 'sh', ...self], {
      stdio: 'inherit',
      env,
    })
    process.exitCode = status ?? 1
  }
}

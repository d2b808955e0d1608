import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Journey } from '../test/support/journey.ts'

const run = promisify(execFile)

/** The docker command for a world's engine, with BuildKit, logged in to its registry in a folder of its own. */
export async function openDockerCli({ engine, stack, secret }: Pick<Journey, 'engine' | 'stack' | 'secret'>) {
  const config = mkdtempSync(join(tmpdir(), 'artefacto-docker-cli-'))
  const env = {
    ...process.env,
    // Debian's comes first: a newer one builds only with a plugin that nobody may have installed.
    PATH: `/usr/bin:${process.env.PATH}`,
    DOCKER_HOST: engine.host,
    DOCKER_BUILDKIT: '1',
    DOCKER_CONFIG: config,
  }
  const sh = (script: string, more: NodeJS.ProcessEnv = {}) =>
    run('sh', ['-c', script], { env: { ...env, ...more } })
  const login = `docker login ${stack.registry.host} -u ${secret('registry-user')} --password-stdin`
  await sh(`printf %s "$PASSWORD" | ${login}`, { PASSWORD: secret('registry-password') })
  return { env, folder: config, sh, close: () => rmSync(config, { recursive: true }) }
}

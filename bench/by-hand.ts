import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Journey, REPOSITORY } from '../test/support/journey.ts'

const run = promisify(execFile)

/** The shell script that people have instead: the same engine and registry, the same sources, by hand. */
export async function openByHand(world: Journey) {
  const config = mkdtempSync(join(tmpdir(), 'artefacto-by-hand-'))
  const env = { ...process.env, DOCKER_HOST: world.engine.host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: config }
  const login = `docker login ${world.stack.registry.host} -u ${world.secret('registry-user')} --password-stdin`
  await sh(`printf %s "$PASSWORD" | ${login}`, { ...env, PASSWORD: world.secret('registry-password') })
  return {
    /** Clones develop, then builds and pushes each service as `by-hand-<service>:<version>`, one after another. In ms. */
    async release(services: string[], version: string): Promise<number> {
      const folder = mkdtempSync(join(tmpdir(), 'artefacto-clone-'))
      const image = (service: string) => `${world.stack.registry.host}/by-hand-${service}:${version}`
      const each = services.map(
        (service) =>
          `docker build -q -t ${image(service)} ${folder}/${service} && docker push -q ${image(service)}`,
      )
      const clone = `git clone -q -b develop file://${world.state.github}/${REPOSITORY}.git ${folder}`
      const began = performance.now()
      await sh([clone, ...each].join(' && '), env)
      const ms = performance.now() - began
      rmSync(folder, { recursive: true })
      return ms
    },
    close: () => rmSync(config, { recursive: true }),
  }
}

function sh(script: string, env: NodeJS.ProcessEnv) {
  return run('sh', ['-c', script], { env })
}

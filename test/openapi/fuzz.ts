import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pageKey } from '../../functions/shared/page-key.ts'
import { images, openJourney, REPOSITORY, service } from '../support/journey.ts'

/**
 * Runs schemathesis (the program given as the only argument) against all of artefacto on free ports: it makes calls
 * out of docs/openapi.json, right ones and wrong ones, and looks whether the answers are what is promised there.
 */
async function main(schemathesis: string): Promise<number> {
  const world = await openJourney(() => ({
    badge: { pages: 'private' },
    build: { sync_wait: '1s', repositories: REPOSITORY },
  }))
  try {
    const built = await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
    const env = {
      ...process.env,
      FUZZ_WEBHOOK_SECRET: world.secret('webhook-secret'),
      FUZZ_PAYLOAD_SECRET: world.secret('payload-secret'),
      FUZZ_PAGE_KEY: pageKey(world.secret('payload-secret'), '*'),
      FUZZ_REPOSITORY: REPOSITORY,
      FUZZ_REPOSITORY_ID: String(built.repositoryId),
      FUZZ_SHA: built.sha,
      FUZZ_BUILD: built.services[0]?.build,
    }
    const config = join(import.meta.dirname, 'schemathesis.toml')
    const args = [
      '--config-file',
      config,
      'run',
      'docs/openapi.json',
      '--url',
      world.gateway,
      '--warnings',
      'off',
    ]
    const child = spawn(schemathesis, args, { env, stdio: 'inherit' })
    const code = await new Promise<number>((resolve) => child.once('exit', (ended) => resolve(ended ?? 1)))
    // Whatever was sent, the functions go on.
    await world.badge('web', /^\d/)
    return code
  } finally {
    await world.close()
  }
}

process.exitCode = await main(process.argv[2] ?? 'schemathesis')

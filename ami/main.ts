import { chmodSync, rmSync } from 'node:fs'
import { secretsIn } from '../functions/shared/secrets.ts'
import { admission } from './admission.ts'
import { recipeOf } from './recipe-of.ts'
import { amiService } from './service.ts'

const MAKE_MS = 10 * 60_000
const BOOT_MS = 2 * 60_000

/** What the container runs. `listen` is a port or a socket's path; secrets are files, as for the functions. */
function main(env: NodeJS.ProcessEnv): void {
  const listen = env.listen ?? '8080'
  const files = secretsIn(env.secret_mount_path ?? '/var/openfaas/secrets')
  const secrets = () => files.rotating('payload-secret')
  const server = amiService({
    folder: env.work_folder ?? '/work',
    recipe: recipeOf(env.recipe ?? ''),
    admission: admission(secrets, Date.now),
    secrets,
    makeMs: MAKE_MS,
    bootMs: BOOT_MS,
  })
  const path = listen.startsWith('/')
  if (path) rmSync(listen, { force: true })
  // Whoever may enter the socket's folder may ask; the signature says who gets an answer.
  server.listen(path ? { path: listen } : { port: Number(listen) }, () => path && chmodSync(listen, 0o666))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
}

main(process.env)

import { join } from 'node:path'
import type { Box } from './box.ts'
import { PULL_USER } from './core-files.ts'
import { publicUrl, type Settings } from './settings.ts'

/** What the operator does next, and where the secrets are that it takes. */
export function nextSteps(box: Box, settings: Settings): string {
  const url = publicUrl(settings)
  const secret = (name: string) => join(box.state, 'secrets', name)
  const { pull } = settings
  const pulling = pull
    ? `docker login ${pull.name}:${pull.port} -u ${PULL_USER}, with the password in ${secret('pull-password')}`
    : 'from this box only; for other computers: --pull NAME'
  const open =
    'any repository whose owner knows the secret is built: name yours with --repositories owner/name'
  return [
    ...(settings.repositories === '' ? [`warning   ${open}`] : []),
    `webhook   ${url}/function/webhook`,
    `secret    ${secret('webhook-secret')}`,
    `badge     ${url}/function/badge/SERVICE.svg`,
    `pull      ${pulling}`,
    'next      connect GitHub: README.md. What now stands where: docs/faasd.md',
  ].join('\n')
}

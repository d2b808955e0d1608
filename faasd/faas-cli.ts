import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from './box.ts'
import { run } from './command.ts'

/** Where the login of artefacto's faas-cli is kept: not in that of the person who runs this. */
export function faasCliFolder(box: Box): string {
  return join(box.state, 'faas-cli')
}

/** Runs faas-cli against the box's gateway; `cwd` is where it looks for ./template. */
export function faasCli(
  box: Box,
  args: string[],
  options: { cwd?: string; docker?: string } = {},
): Promise<string> {
  const { cwd, docker } = options
  return run(
    'faas-cli',
    [...args, ...(args[0] === 'build' || args[0] === 'push' ? [] : ['--gateway', box.gateway])],
    {
      ...(cwd && { cwd }),
      env: { OPENFAAS_CONFIG: faasCliFolder(box), ...(docker && { DOCKER_CONFIG: docker }) },
    },
  )
}

/** Logs faas-cli in with the password that faasd made for its gateway. */
export async function logInToGateway(box: Box): Promise<void> {
  const read = (name: string) => readFileSync(join(box.faasd, 'secrets', name), 'utf8').trim()
  await run(
    'faas-cli',
    ['login', '--username', read('basic-auth-user'), '--password-stdin', '--gateway', box.gateway],
    {
      input: read('basic-auth-password'),
      env: { OPENFAAS_CONFIG: faasCliFolder(box) },
    },
  )
}

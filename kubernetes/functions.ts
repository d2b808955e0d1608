import { join } from 'node:path'
import { run } from '../faasd/command.ts'
import { FUNCTIONS } from '../faasd/stack.ts'
import { writePrivate } from '../registry/private-file.ts'
import { CREDENTIALS } from './credentials.ts'
import type { Kubectl } from './kubectl.ts'
import { FUNCTION_NAMESPACE } from './manifests.ts'
import { rolledOut } from './objects.ts'
import type { ClusterStack } from './stack.ts'

const ROOT = join(import.meta.dirname, '..')
const NAMESPACE = ['--namespace', FUNCTION_NAMESPACE]

type Deployment = { metadata: { name: string; annotations?: Record<string, string> } }

/** Builds, pushes and deploys those functions that are not deployed as the stack says, and has build run only once. */
export async function keepFunctions(
  kubectl: Kubectl,
  gateway: string,
  stack: ClusterStack,
): Promise<string[]> {
  const before = await deployedRevisions(kubectl)
  const old = oldFunctions(before, stack)
  const file = join(CREDENTIALS, 'stack.yml')
  writePrivate(file, stack.text)
  for (const name of old) await deploy(name, gateway, { before, file, wanted: stack.revisions })
  const patch = ['--patch-file', join(import.meta.dirname, 'build.patch.yaml')]
  await kubectl([...NAMESPACE, 'patch', 'deployment', 'build', ...patch])
  // OpenFaaS CE answers 200 to an update that it does not make.
  const [refused] = oldFunctions(await deployedRevisions(kubectl), stack)
  if (refused !== undefined)
    throw new Error(
      `OpenFaaS did not take the new ${refused}: its Community Edition deploys only images that anybody may pull. ` +
        `See kubectl --namespace openfaas logs deploy/gateway --container faas-netes`,
    )
  for (const name of FUNCTIONS) await rolledOut(kubectl, FUNCTION_NAMESPACE, `deployment/${name}`)
  return old.map((name) => `Deployed ${name}`)
}

type Deploying = { before: Record<string, string>; file: string; wanted: Record<string, string> }

/** Builds and pushes only where the image is another one. */
async function deploy(name: string, gateway: string, { before, file, wanted }: Deploying): Promise<void> {
  const which = ['--yaml', file, '--filter', name]
  const image = (revision = '') => revision.split('-')[0]
  if (image(before[name]) !== image(wanted[name])) {
    await faasCli(['build', ...which])
    await faasCli(['push', ...which])
  }
  await faasCli(['deploy', ...which, '--gateway', gateway, '--read-template=false'])
}

/** Which functions are not deployed as the stack says. */
export function oldFunctions(deployed: Record<string, string>, { revisions }: ClusterStack): string[] {
  return FUNCTIONS.filter((name) => deployed[name] !== revisions[name])
}

/** The revisions of those functions of the cluster that are ours. */
export async function deployedRevisions(kubectl: Kubectl): Promise<Record<string, string>> {
  const text = await kubectl([...NAMESPACE, 'get', 'deployments', '--output', 'json'])
  const { items } = JSON.parse(text) as { items: Deployment[] }
  return Object.fromEntries(
    items.flatMap(({ metadata: { name, annotations } }) => {
      const revision = annotations?.['artefacto.revision']
      return revision === undefined ? [] : [[name, revision]]
    }),
  )
}

/** Removes our functions. */
export async function removeFunctions(kubectl: Kubectl, gateway: string): Promise<string[]> {
  const deployed = await deployedRevisions(kubectl)
  const ours = FUNCTIONS.filter((name) => deployed[name] !== undefined)
  for (const name of ours) await faasCli(['remove', name, '--gateway', gateway])
  return ours.map((name) => `Removed the function ${name}`)
}

/** Logs faas-cli in with the password that OpenFaaS made for its gateway, which the doctor asks with, too. */
export async function logIn(kubectl: Kubectl, gateway: string): Promise<void> {
  const text = await kubectl(['--namespace', 'openfaas', 'get', 'secret', 'basic-auth', '--output', 'json'])
  const { data } = JSON.parse(text) as { data: Record<string, string> }
  const of = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString()
  const password = of('basic-auth-password')
  writePrivate(join(CREDENTIALS, 'secrets/basic-auth-password'), password)
  const who = ['--username', of('basic-auth-user'), '--password-stdin']
  await faasCli(['login', ...who, '--gateway', gateway], password)
}

function faasCli(args: string[], input = ''): Promise<string> {
  return run('faas-cli', args, { cwd: ROOT, input, env: { OPENFAAS_CONFIG: join(CREDENTIALS, 'faas-cli') } })
}

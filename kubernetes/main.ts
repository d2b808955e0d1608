import { join } from 'node:path'
import { stackText } from '../faasd/stack.ts'
import { checkInstallation } from './check.ts'
import { CREDENTIALS, keepCredentials } from './credentials.ts'
import { deployedRevisions, keepFunctions, logIn, oldFunctions, removeFunctions } from './functions.ts'
import { kubectlAt } from './kubectl.ts'
import { engineAddresses, type Manifest, manifestsOf, nameOf } from './manifests.ts'
import { differences, dropOldObjects, keepObjects, removeObjects } from './objects.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { whatIsInTheWay } from './precheck.ts'
import { readSettings } from './settings.ts'
import { clusterStack } from './stack.ts'

type Say = (line: string) => void

async function main(args: string[], say: Say): Promise<void> {
  // npm changes into the repository; a relative path is meant from where the person is.
  const folder = process.env.INIT_CWD ?? process.cwd()
  const options = readOptions(args, folder, join(import.meta.dirname, '..'))
  if (options.help) return say(USAGE)
  const kubectl = kubectlAt(options.context)
  const obstacles = await whatIsInTheWay(kubectl, options.gateway)
  if (obstacles.length > 0) throw new Error([...obstacles, 'Nothing was changed.'].join('\n'))
  const { registry = '' } = readSettings(options.overlay, stackText(), []).environment
  for (const line of await keepCredentials(CREDENTIALS, registry)) say(line)
  const manifests = await manifestsOf(kubectl, options.overlay)
  await (options.remove ? remove : options.dryRun ? plan : install)(options, manifests, say)
}

function stackOf({ overlay, gateway }: Options, manifests: Manifest[]) {
  const text = stackText()
  return clusterStack(text, gateway, readSettings(overlay, text, engineAddresses(manifests)))
}

/** Every step keeps what is there and does what is missing: interrupted anywhere, the next run goes on. */
async function install(options: Options, manifests: Manifest[], say: Say): Promise<void> {
  const kubectl = kubectlAt(options.context)
  await keepObjects(kubectl, options.overlay)
  say(`Applied ${manifests.length} objects of ${options.overlay}`)
  await logIn(kubectl, options.gateway)
  for (const line of await keepFunctions(kubectl, options.gateway, stackOf(options, manifests))) say(line)
  for (const line of await dropOldObjects(kubectl, manifests)) say(line)
  for (const line of await checkInstallation(options.gateway, CREDENTIALS)) say(line)
  say(
    `GitHub's webhook secret: ${join(CREDENTIALS, 'secrets/webhook-secret')}. Lead the internet to service/front in`,
  )
  say('the namespace artefacto, and nowhere else: docs/kubernetes.md')
}

async function plan(options: Options, manifests: Manifest[], say: Say): Promise<void> {
  const kubectl = kubectlAt(options.context)
  for (const line of await differences(kubectl, options.overlay, manifests.map(nameOf))) say(line)
  const old = oldFunctions(await deployedRevisions(kubectl), stackOf(options, manifests))
  if (old.length > 0)
    say(`By faas-cli: deploy ${old.join(', ')}, built and pushed first where the code is new`)
  say('In the cluster nothing was changed.')
}

async function remove(options: Options, manifests: Manifest[], say: Say): Promise<void> {
  const kubectl = kubectlAt(options.context)
  await logIn(kubectl, options.gateway)
  for (const line of await removeFunctions(kubectl, options.gateway)) say(line)
  for (const line of await removeObjects(kubectl, manifests)) say(line)
  say(`Images and history stay in the volume registry of the namespace artefacto, secrets in ${CREDENTIALS}`)
}

try {
  await main(process.argv.slice(2), (line) => console.log(line))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { keepObjects } from '../../../kubernetes/objects.ts'
import { startControlPlane } from './control-plane.ts'
import { playFunctions } from './functions.ts'
import { keepImages } from './image.ts'
import { copyManifests, dryRun, environmentOf, playOpenFaaS } from './installation.ts'
import { lookAtFaults, lookAtMerge, lookAtReach, lookAtTimer } from './looks.ts'
import {
  INTERNET,
  layMounts,
  layNetwork,
  METADATA,
  offerVolumes,
  removeControlGroups,
  startNode,
} from './node.ts'
import { keepPrograms } from './programs.ts'
import { giveBaseImage } from './reach.ts'
import { row, seconds } from './row.ts'

const USAGE = `node --import tsx test/kubernetes/prove/main.ts [options]

As root on Debian with Go: makes Kubernetes of its Go modules, starts it in namespaces of its own, and lets the manifests
prove themselves. The machine's network, mounts and daemons stay as they are.

  --programs FOLDER   where what was made is kept for the next time   (~/.cache/artefacto-kubernetes)
  --hold              start the cluster and nothing on it, until Ctrl-C`

/** All that needs the internet; then the same program in namespaces of its own. */
async function outside(programs: string, hold: boolean): Promise<void> {
  mkdirSync(programs, { recursive: true })
  keepPrograms(programs, console.log)
  await keepImages(programs, console.log)
  const folder = mkdtempSync(join(tmpdir(), 'prove-'))
  const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const again = [process.execPath, '--import', 'tsx', import.meta.filename, '--programs', programs]
  const more = ['--inside', folder, ...(hold ? ['--hold'] : [])]
  const { status } = spawnSync('unshare', [...flags, ...again, ...more], { stdio: 'inherit' })
  removeControlGroups()
  if (status === 0) rmSync(folder, { recursive: true, force: true })
  else console.error(`Logs and data are in ${folder}`)
  process.exitCode = status ?? 1
}

/** A cluster of one node, with volumes and with what the manifests expect of OpenFaaS. */
async function cluster(programs: string, folder: string): Promise<Kubectl> {
  layNetwork()
  layMounts(folder)
  for (const address of [INTERNET, METADATA])
    createServer((_, answer) => answer.end('here')).listen(80, address)
  const [kubectl, up] = await seconds(() => startControlPlane(programs, folder))
  row('the API server is ready', up)
  const archive = join(programs, 'images.tar')
  const [, nodeUp] = await seconds(() => startNode({ programs, folder, images: archive, kubectl }))
  row('the node is ready, with the images', nodeUp)
  await offerVolumes(kubectl, folder, 4)
  await playOpenFaaS(kubectl)
  return kubectl
}

async function hold(folder: string): Promise<never> {
  console.log("nsenter --all --target $(pgrep --full --newest 'node.*prove/main.ts.*--inside')")
  console.log(`export KUBECONFIG=${join(folder, 'kubeconfig')} PATH=${process.env.PATH}`)
  for (;;) await sleep(60_000)
}

/** The manifests, applied as the command does, and then merges, what builds reach, and faults. */
async function prove(kubectl: Kubectl, folder: string): Promise<void> {
  const { overlay, credentials } = await copyManifests(folder)
  for (const other of ['example', 's3'])
    row(
      `overlays/${other}: objects that the API server takes (dry run)`,
      String(await dryRun(kubectl, join(overlay, '..', other))),
    )
  const stackText = readFileSync('stack.yml', 'utf8')
  const environment = await environmentOf(kubectl, overlay, stackText)
  const secrets = join(credentials, 'secrets')
  const world = await playFunctions({ folder, secrets, stackText, environment })
  const [, applied] = await seconds(() => keepObjects(kubectl, overlay))
  row('overlays/example applied; registry, engines and front are ready', applied)
  await lookAtMerge(world)
  const engines = (environment.docker_host as string).split(' ')
  await giveBaseImage(kubectl, engines.length)
  await lookAtReach(kubectl, engines[0] as string, secrets)
  await lookAtFaults({ kubectl, world, folder, overlay, credentials, engines: engines.length })
  await lookAtTimer(kubectl)
  await world.close()
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const { values } = parseArgs({
  options: { programs: text, inside: text, hold: flag, help: { ...flag, short: 'h' } },
})
const programs = values.programs ?? join(homedir(), '.cache/artefacto-kubernetes')
if (values.help) console.log(USAGE)
else if (values.inside === undefined) await outside(programs, values.hold === true)
else {
  const folder = values.inside
  try {
    const kubectl = await cluster(programs, folder)
    await (values.hold ? hold(folder) : prove(kubectl, folder))
  } catch (error) {
    console.error((error as Error).stack)
    process.exitCode = 1
  }
  // The daemons end with the first process of their namespace, which is this one.
  process.exit()
}

import { startDisks } from './disks.ts'
import { type Engine, findOrStartEngine } from './engine.ts'
import { firstMerge, localRepositories } from './first-merge.ts'
import { localLedger } from './follow.ts'
import { functionLog } from './function-log.ts'
import { type Options, readOptions, USAGE } from './options.ts'
import { ensurePortFree } from './port.ts'
import { openProgress, type Progress } from './progress.ts'
import { addressLines, connectGitHub, openPublicDoor, type PublicDoor, wantedProgram } from './public-door.ts'
import { ready } from './ready.ts'
import { welcome } from './report.ts'
import { secondMerge } from './second-merge.ts'
import { showMerge } from './show-merge.ts'
import { shown } from './shown.ts'
import { type Stack, startStack } from './stack.ts'
import { openState, type State } from './state.ts'
import { endTunnel } from './tunnel/tunnel.ts'

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.cwd())
  if (options.help) return console.log(USAGE)
  const progress = openProgress(process.stdout)
  const program = wantedProgram(options)
  const state = openState(options.state)
  const stops: (() => Promise<void> | void)[] = [() => state.close()]
  const ending = endOnSignals(stops, progress)
  try {
    await ensurePortFree(options.port, '--port')
    progress.step('Looking for a Docker Engine')
    const engine = await findOrStartEngine({ state, say: progress.say })
    stops.push(() => engine.stop())
    progress.done(`Docker Engine ${engine.version}`)
    if (program) {
      progress.step(`Opening a tunnel with ${program.name}`)
      // Also where a Ctrl-C comes before the tunnel stands.
      stops.push(() => endTunnel(state))
    }
    const door = program && (await openPublicDoor(program, options.port, state, progress.say))
    if (door) stops.push(() => door.stop())
    const address = door?.address()
    if (address) progress.done(`Public address ${address}`)
    const stack = await start(options, state, engine, progress, address)
    stops.push(() => stack.stop())
    if (door && address) {
      const ends = (stop: () => Promise<void>) => void stops.push(stop)
      await connectGitHub(door, address, { options, state, stack, progress, ends })
    }
    const sample = stack.github !== undefined && options.repo === undefined
    let hasDisks = options.ami
    const disks = async () => {
      if (options.ami && !ending.aborted) hasDisks = await begunDisks(state, engine, progress, stops)
      return hasDisks
    }
    // A merge of one's own may need it. The sample's first one does not, and is not to wait for the processor.
    if (!sample) disks()
    await serve(options, state, engine, stack, progress, door, () => hasDisks)
    if (sample && (await disks()))
      await secondMerge({ stack, state, engine, branch: options.branch }, progress).catch((error: Error) => {
        // The rest stays as it is.
        if (!ending.aborted) progress.failed(error.message)
      })
  } catch (error) {
    // What goes wrong because all of it ends is nobody's concern.
    if (ending.aborted) return
    progress.failed((error as Error).message)
    await end(stops)
    process.exit(1)
  }
}

async function start(
  options: Options,
  state: State,
  engine: Engine,
  progress: Progress,
  publicUrl: string | undefined,
): Promise<Stack> {
  progress.step('Starting the registry, the gateway and the functions')
  const stack = await startStack({
    state,
    engine,
    port: options.port,
    registryPort: options.registryPort,
    branch: options.branch,
    repositories: options.github.length > 0 ? options.github : localRepositories(options),
    realGitHub: options.github.length > 0,
    githubApiUrl: options.githubApiUrl,
    publicUrl,
    more: {
      build: {
        build_secrets: options.buildSecrets,
        base_registries: options.baseRegistries,
        github_app_id: options.githubApp,
      },
    },
    say: progress.say,
    log: functionLog(state),
  })
  await ready(stack.gateway.url)
  progress.done(`Registry ${stack.registry.url} (${stack.registry.how}), gateway ${stack.gateway.url}`)
  return stack
}

async function serve(
  options: Options,
  state: State,
  engine: Engine,
  stack: Stack,
  progress: Progress,
  door: PublicDoor | undefined,
  hasDisks: () => boolean,
): Promise<void> {
  const ledger = localLedger(state, stack.registry.url)
  if (stack.github) {
    const { github } = stack
    progress.step(
      options.repo === undefined ? 'Merging the sample' : `Merging ${options.branch} of ${options.repo}`,
    )
    const merge = await firstMerge(github, engine, options)
    if (merge === undefined) progress.done('The sample was merged before; its history is kept')
    else await showMerge(github.url, ledger, { progress, hasDisks }, merge)
  }
  const places = {
    gateway: stack.gateway.url,
    registry: stack.registry.host,
    secrets: state.secrets,
    dockerHost: engine.started ? engine.host : undefined,
  }
  const names = await ledger.services()
  if (door) {
    const lines = addressLines(door.address(), names, state).join('\n')
    return progress.say(`\n${lines}\n\nCtrl-C ends all of it`)
  }
  const services = await shown(stack.gateway.url, names)
  progress.say(`\n${welcome(services, places, options.github.length > 0)}\n\nCtrl-C ends all of it`)
}

/** Resolves when it is known whether disks can be made. */
function begunDisks(state: State, engine: Engine, { say }: Progress, stops: (() => Promise<void> | void)[]) {
  const disks = startDisks({ state, engine, say })
  stops.push(() => disks.stop())
  return disks.ready
}

async function end(stops: (() => Promise<void> | void)[]): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop()
}

/** Engine and registry run in process groups of their own: Ctrl-C reaches only us, and we end them. */
function endOnSignals(stops: (() => Promise<void> | void)[], progress: Progress): AbortSignal {
  const ending = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (ending.signal.aborted) return
      ending.abort()
      progress.quiet()
      end(stops).then(
        () => process.exit(0),
        (error: Error) => {
          console.error(error.message)
          process.exit(1)
        },
      )
    })
  return ending.signal
}

// What is wrong before anything is started, such as an option, is told in words, too.
await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})

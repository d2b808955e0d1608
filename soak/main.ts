import { writeFileSync } from 'node:fs'
import { gather } from './evidence.ts'
import { mergedOf } from './github-view.ts'
import { COUNTS, judge } from './judge.ts'
import { readOptions } from './options.ts'
import { repositoriesOf } from './plan.ts'
import { viewRegistry } from './registry-view.ts'
import { reportOf, table } from './report.ts'
import { soak } from './soak.ts'
import { watchBadges } from './watch.ts'
import { openWorld, type World } from './world.ts'

/** Breaks artefacto at random for as long as it is told, and judges what is left by GitHub's and the registry's side. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  console.log(`seed ${options.seed}`)
  const began = Date.now()
  const repositories = repositoriesOf(options.seed, options.merges)
  const world = await openWorld(repositories.map(({ name }) => name))
  endOnSignals(world)
  let failed = true
  try {
    if (world.dockerd === undefined) console.log('The engine is not ours: it is not killed')
    const registry = viewRegistry(world.state, world.registryUrl)
    const ids = new Map<string, number>()
    for (const { name } of repositories) {
      await world.github.create(name, { files: { 'README.md': 'soak\n' } })
      ids.set(
        name,
        (await mergedOf(world.github.url, name, `${world.state.github}/${name}.git`)).repositoryId,
      )
    }
    const watch = watchBadges(
      world.url,
      registry,
      repositories.flatMap(({ services }) => services),
    )
    const done = await soak(world, registry, repositories, ids, options).finally(() => watch.stop())
    const evidence = await gather(world, registry, { ...done, ids, seen: watch.seen })
    const verdict = judge(evidence)
    failed = COUNTS.some((name) => verdict[name].length > 0)
    const seconds = (Date.now() - began) / 1000
    const report = reportOf(options.seed, seconds, evidence, verdict, done.kills, watch.seen)
    console.log(`\n${table(report)}`)
    if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...report, verdict }, null, 2)}\n`)
    for (const name of COUNTS) for (const sentence of verdict[name]) console.log(`${name}: ${sentence}`)
  } finally {
    const logs = await world.close(failed)
    if (logs) console.log(`The logs are in ${logs}; the same plan again: --seed ${options.seed}`)
  }
  process.exitCode = failed ? 1 : 0
}

/** Engine and registry run in process groups of their own: a Ctrl-C reaches only us, and we end them. */
function endOnSignals(world: World): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void world.close(true).finally(() => process.exit(130)))
}

await main()

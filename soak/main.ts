import { writeFileSync } from 'node:fs'
import { diskRepository } from './disk-plan.ts'
import { gather } from './evidence.ts'
import { mergedOf } from './github-view.ts'
import { COUNTS, judge } from './judge.ts'
import { lanesOf } from './lane.ts'
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
  const plain = repositoriesOf(options.seed, options.merges)
  const withDisk = diskRepository(options.seed)
  const world = await openWorld([...plain, withDisk].map(({ name }) => name))
  const repositories = world.ami ? [...plain, withDisk] : plain
  endOnSignals(world)
  let failed = true
  try {
    if (world.dockerd === undefined) console.log('The engine is not ours: it is not killed')
    if (world.ami === undefined)
      console.log('The service ami is not here (node --import tsx ami/recipe/make.ts): no merges of type AMI')
    const registry = viewRegistry(world.state, world.registryUrl)
    const ids = new Map<string, number>()
    for (const { name } of repositories) {
      await world.github.create(name, { files: { 'README.md': 'soak\n' } })
      ids.set(
        name,
        (await mergedOf(world.github.url, name, `${world.state.github}/${name}.git`)).repositoryId,
      )
    }
    const disked = new Set<string>()
    const watch = watchBadges(
      world.url,
      registry,
      repositories.flatMap(({ services }) => services),
      disked,
    )
    const lanes = await lanesOf(options.seed, repositories, withDisk)
    const done = await soak(world, registry, { lanes, ids, disked }, options).finally(() => watch.stop())
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

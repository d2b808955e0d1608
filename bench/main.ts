import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../functions/bundle.ts'
import { openParts } from '../test/support/parts.ts'
import type { Benchmark, Found } from './benchmark.ts'
import { chart } from './chart.ts'
import { page } from './page.ts'
import { regressed } from './regressed.ts'
import { DOCS, keep, kept, resultOf } from './result.ts'
import { mustHave } from './tools.ts'
import { goalWords, reachedWords, shown } from './words.ts'

const BENCHMARKS = join(import.meta.dirname, 'benchmarks')
const TURNS = 9
const SHORT_TURNS = 3

/**
 * Runs the benchmarks of these names, or all; the short form those that say so. A whole run is kept in docs, a short
 * one fails where a ratio has become far worse than the one in docs.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false } },
  })
  const { short } = values
  const chosen = await benchmarks(positionals)
  const wanted = chosen.filter(([, { inCi }]) => inCi || !short)
  for (const [name, { needs }] of wanted) mustHave(name, needs ?? {})
  await bundle(join(import.meta.dirname, '..'))
  const parts = await openParts()
  process.env.DOCKER_HOST = parts.dockerHost
  const before = kept().flatMap(({ outcomes }) => outcomes)
  const worse: string[] = []
  try {
    for (const [name, benchmark] of wanted) {
      console.log(`\n${name}: ${benchmark.title}`)
      const found = await benchmark.run({ short, turns: short ? SHORT_TURNS : TURNS })
      tell(name, benchmark, found, short)
      if (short)
        worse.push(...found.figures.filter((figure) => regressed(figure, before)).map(({ what }) => what))
    }
  } finally {
    await parts.close()
  }
  if (!short) writeFileSync(join(DOCS, 'benchmarks.md'), page(kept()))
  if (worse.length > 0) throw new Error(`far worse than in docs/benchmarks.md: ${worse.join('; ')}`)
}

async function benchmarks(names: string[]): Promise<[string, Benchmark][]> {
  const all = readdirSync(BENCHMARKS).map((file) => file.replace(/\.ts$/, ''))
  const unknown = names.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Error(`there is no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`)
  return Promise.all(
    all
      .filter((name) => names.length === 0 || names.includes(name))
      .map(async (name) => {
        const { benchmark } = (await import(join(BENCHMARKS, `${name}.ts`))) as { benchmark: Benchmark }
        return [name, benchmark] as [string, Benchmark]
      }),
  )
}

function tell(name: string, benchmark: Benchmark, found: Found, short: boolean): void {
  const result = resultOf(name, benchmark, found)
  for (const outcome of result.outcomes) {
    const { what, against, unit, ours, theirs, met } = outcome
    const goal = outcome.goal ? `goal ${goalWords(outcome)}${met ? '' : ', MISSED'}` : ''
    console.log(
      `  ${what}: ${shown(ours.median, unit)}, ${against}: ${shown(theirs.median, unit)}; ${reachedWords(outcome)} ${goal}`,
    )
  }
  for (const note of result.notes) console.log(`  ${note}`)
  if (!short) keep(result, found.picture ?? chart(result))
}

await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})

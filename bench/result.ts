import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { type Benchmark, type Figure, type Found, type Goal, meets, reached } from './benchmark.ts'
import { type Spread, spread } from './series.ts'

export const DOCS = join(import.meta.dirname, '../docs')
const FOLDER = join(DOCS, 'benchmarks')

/** A figure as it is kept and shown: the runs themselves, so that anyone can count again. */
export type Outcome = {
  what: string
  against: string
  unit: Figure['unit']
  ours: Spread & { values: number[] }
  theirs: Spread & { values: number[] }
  of: Goal['of']
  reached: number
  goal?: Goal
  met: boolean
}

/** One benchmark's last whole run, as docs/benchmarks/<name>.json has it. */
export type Result = {
  name: string
  title: string
  about: string
  measured: string
  machine: string
  outcomes: Outcome[]
  notes: string[]
}

/** What was found, as a result of this machine and moment. */
export function resultOf(name: string, { title, about }: Benchmark, { figures, notes }: Found): Result {
  const [cpu] = cpus()
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, Node ${process.versions.node}`
  const outcomes = figures.map(outcome)
  return { name, title, about, measured: new Date().toISOString(), machine, outcomes, notes: notes ?? [] }
}

function outcome(figure: Figure): Outcome {
  const { what, against, unit, goal } = figure
  return {
    what,
    against,
    unit,
    ours: { ...spread(figure.ours), values: figure.ours.map(rounded) },
    theirs: { ...spread(figure.theirs), values: figure.theirs.map(rounded) },
    of: goal?.of ?? 'ratio',
    reached: reached(figure),
    ...(goal && { goal }),
    met: meets(figure),
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(5))
}

/** Keeps a result and its picture for docs, in place of those of its last run. */
export function keep(result: Result, picture: string): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(FOLDER, `${result.name}.svg`), picture)
}

/** All results that are kept, by name. */
export function kept(): Result[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Result)
}

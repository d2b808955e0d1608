import { median } from './series.ts'

/** A bound on the ratio of the medians, ours by theirs, or on their difference in the figure's unit. */
export type Goal = { of: 'ratio' | 'difference'; atMost: number } | { of: 'ratio'; atLeast: number }

/** One thing, measured as we do it and as the alternative does it, in the same run on the same machine. */
export type Figure = {
  what: string
  /** The alternative, as a reader could run it. */
  against: string
  unit: 'ms' | 'MB' | 'kB' | 'files' | 'calls' | 'a second' | 'a minute' | 'ms a second'
  ours: number[]
  theirs: number[]
  /** Absent where a figure only explains another one. */
  goal?: Goal
}

/** What a benchmark found: figures, and sentences on what cannot be a figure of two. */
export type Found = {
  figures: Figure[]
  notes?: string[]
  /** An SVG in place of the bars. */
  picture?: string
}

/** How much a run measures: the whole of it for docs, or a moment for CI. */
export type Extent = { short: boolean; turns: number }

export type Benchmark = {
  title: string
  /** What is done, in a sentence or two, for somebody who wants to know whether the comparison is fair. */
  about: string
  /** Programs that the alternative or the measuring needs, by the Debian package that brings them. */
  needs?: Record<string, string>
  /** Whether CI can afford a short form of it. */
  inCi?: boolean
  run(extent: Extent): Promise<Found>
}

/** What the goal speaks of. */
export function reached({ ours, theirs, goal }: Figure): number {
  const [own, other] = [median(ours), median(theirs)]
  return goal?.of === 'difference' ? own - other : own / other
}

/** Whether the goal is met. */
export function meets(figure: Figure): boolean {
  const { goal } = figure
  if (goal === undefined) return true
  const value = reached(figure)
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
}

/** Runs ours and theirs by turns, so that whatever else the machine does falls on both; the first of each is thrown away. */
export async function inTurns<Found>(
  turns: number,
  { ours, theirs }: Record<'ours' | 'theirs', (turn: number) => Promise<Found>>,
): Promise<{ ours: Found[]; theirs: Found[] }> {
  const series: { ours: Found[]; theirs: Found[] } = { ours: [], theirs: [] }
  for (let turn = 0; turn <= turns; turn += 1) {
    const [own, other] = [await ours(turn), await theirs(turn)]
    if (turn === 0) continue
    series.ours.push(own)
    series.theirs.push(other)
  }
  return series
}

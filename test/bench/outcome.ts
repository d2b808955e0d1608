import type { Outcome, Result } from '../../bench/result.ts'

/** One figure as it is kept: 100 ms against 80 ms, but for what is given. */
export function outcome(given: Partial<Outcome>): Outcome {
  return {
    what: 'one small service',
    against: 'by hand',
    unit: 'ms',
    ours: { median: 100, low: 90, high: 120, runs: 3, values: [90, 100, 120] },
    theirs: { median: 80, low: 80, high: 80, runs: 1, values: [80] },
    of: 'ratio',
    reached: 1.25,
    met: true,
    ...given,
  }
}

/** A benchmark's result of these figures. */
export function result(outcomes: Outcome[], given: Partial<Result> = {}): Result {
  return {
    name: 'merge',
    title: 'From a merge to the image',
    about: 'What is done.',
    measured: '2026-11-23T07:00:00.000Z',
    machine: '2 × a processor, 4 GB, Node 20.20.0',
    outcomes,
    notes: [],
    ...given,
  }
}

import type { Part } from './harm.ts'
import { COUNTS, type Evidence, outcomeOf, type Verdict } from './judge.ts'
import type { Seen } from './watch.ts'

/** What a soak was and what came of it, in numbers. */
export type Report = {
  seed: string
  seconds: number
  merges: number
  outcomes: Record<string, number>
  kills: Partial<Record<Part, number>>
  greens: number
  samples: number
  memory: Evidence['memory']
  faults: Record<string, number>
}

export function reportOf(
  seed: string,
  seconds: number,
  evidence: Evidence,
  verdict: Verdict,
  kills: Partial<Record<Part, number>>,
  { samples, greens }: Seen,
): Report {
  const outcomes: Record<string, number> = {}
  for (const made of evidence.made) {
    const outcome = outcomeOf(evidence, made)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  return {
    seed,
    seconds,
    merges: evidence.merged.size,
    outcomes,
    kills,
    greens: greens.length,
    samples,
    memory: evidence.memory,
    faults: Object.fromEntries(COUNTS.map((name) => [name, verdict[name].length])),
  }
}

/** The report as a table of Markdown, as it goes into docs/reliability.md. */
export function table(report: Report): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')
  const grown = report.memory.map(({ part, startMb, endMb }) => `${part} ${startMb} → ${endMb} MB`)
  const rows = [
    ['seed', report.seed],
    ['time', `${Math.round(report.seconds)} s`],
    ['merges', String(report.merges)],
    ['by outcome', list(report.outcomes)],
    ['killed or broken', list(report.kills)],
    ['badges sampled', `${report.samples}, ${report.greens} of them green`],
    ...Object.entries(report.faults).map(([name, count]) => [name, String(count)]),
    ['resident', grown.join(', ')],
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const line = ([name = '', value = '']: string[]) => `| ${name.padEnd(width)} | ${value} |`
  const [first = [], ...rest] = rows
  return [line(first), `| ${'-'.repeat(width)} | --- |`, ...rest.map(line)].join('\n')
}

import type { Outcome, Result } from './result.ts'
import { goalWords, reachedWords, shown, verdict } from './words.ts'

const HEAD = `# Benchmarks

<!-- Drawn by \`npm run bench\`. Change the benchmark, not this page. -->

Every figure here is a ratio, or a difference, against what people would use instead: both are measured in one run on
one machine, by turns, and the first of each is thrown away. The parts are real: engine, registry with TLS and password,
the bundles as they are deployed, a GitHub on loopback. Your machine gives other milliseconds; the ratios should hold.

\`npm run bench\` measures all of it and draws this page again; \`npm run bench -- badge\` measures one. A benchmark that
cannot run says what is missing and fails; it prints no figure that it did not measure. \`npm run bench -- --short\`
measures a few for a moment, as CI does, and fails where a ratio has become twice as bad as it is here.
`

/** docs/benchmarks.md, from all results that are kept. */
export function page(results: Result[]): string {
  const missed = results.flatMap(({ outcomes }) => outcomes).filter(({ met }) => !met).length
  const summary = `Of ${count(results)} figures with a goal, ${missed === 0 ? 'none misses it' : `${missed} ${missed === 1 ? 'misses' : 'miss'} it`}.`
  return `${[HEAD, summary, ...results.map(section)].join('\n')}`
}

function count(results: Result[]): number {
  return results.flatMap(({ outcomes }) => outcomes).filter(({ goal }) => goal).length
}

function section({ name, title, about, measured, machine, outcomes, notes }: Result): string {
  return `
## ${title}

${about}

![${title}](benchmarks/${name}.svg)

| what | artefacto | the other | | goal | |
| --- | --- | --- | --- | --- | --- |
${outcomes.map(row).join('\n')}

${notes.map((note) => `- ${note}\n`).join('')}
\`npm run bench -- ${name}\`, ${measured.slice(0, 10)}, on ${machine}. [All runs](benchmarks/${name}.json).
`
}

function row(outcome: Outcome): string {
  const { what, against, unit, ours, theirs } = outcome
  const cell = ({ median, low, high, runs }: Outcome['ours']) =>
    runs === 1 ? shown(median, unit) : `${shown(median, unit)} (${shown(low, unit)} to ${shown(high, unit)})`
  const cells = [
    what,
    cell(ours),
    `${against}: ${cell(theirs)}`,
    `**${reachedWords(outcome)}**`,
    goalWords(outcome),
    verdict(outcome),
  ]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

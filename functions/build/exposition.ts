/** One number of a metric; `suffix` is for histograms, which are several. */
export type Sample = { suffix?: string; labels?: Record<string, string>; value: number }

export type Metric = {
  name: string
  help: string
  type: 'gauge' | 'counter' | 'histogram'
  samples: Sample[]
}

/** The type that Prometheus knows the text by. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Metrics as Prometheus reads them. https://prometheus.io/docs/instrumenting/exposition_formats */
export function exposition(metrics: Metric[]): string {
  const lines = metrics.flatMap(({ name, help, type, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ suffix = '', labels = {}, value }) => `${name}${suffix}${braces(labels)} ${value}`),
  ])
  return `${lines.join('\n')}\n`
}

/** The names of labels and their values are ours, from closed lists: nothing of them has to be escaped. */
function braces(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** A counter for each of a closed list of words: all are there from the start, so that a first one is an increase. */
export function openCounter<Word extends string>(label: string, words: readonly Word[]) {
  const counts = new Map<Word, number>(words.map((word) => [word, 0]))
  return {
    add: (word: Word): void => void counts.set(word, (counts.get(word) ?? 0) + 1),
    samples: (): Sample[] => [...counts].map(([word, value]) => ({ labels: { [label]: word }, value })),
  }
}

/** A histogram with these upper bounds, in its unit. */
export function openHistogram(bounds: readonly number[]) {
  const counts = bounds.map(() => 0)
  let sum = 0
  let count = 0
  return {
    observe(value: number): void {
      for (const [index, bound] of bounds.entries())
        if (value <= bound) counts[index] = (counts[index] ?? 0) + 1
      sum += value
      count += 1
    },
    samples: (): Sample[] => [
      ...bounds.map((bound, index) => ({
        suffix: '_bucket',
        labels: { le: String(bound) },
        value: counts[index] ?? 0,
      })),
      { suffix: '_bucket', labels: { le: '+Inf' }, value: count },
      { suffix: '_sum', value: sum },
      { suffix: '_count', value: count },
    ],
  }
}

/** The numbers of Prometheus' text, by name with labels. */
export function readMetrics(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\S+) (\S+)$/.exec(line) ?? []
      return [name, Number(value)]
    }),
  )
}

import { escaped } from './escaped.ts'
import type { Phase } from './phases.ts'

const WIDTH = 760
const LEFT = 172
const RIGHT = 64
const TOP = 46
const ROW = 24
const BAR = 14

/** Whom a call asks, and its colour on light and on dark. */
const ASKED: Record<string, readonly [light: string, dark: string]> = {
  gateway: ['#bf8700', '#d29922'],
  GitHub: ['#8250df', '#a371f7'],
  registry: ['#0969da', '#58a6ff'],
  engine: ['#2da44e', '#3fb950'],
}

const colours = (shade: 0 | 1) =>
  Object.entries(ASKED)
    .map(([to, shades]) => `.${to}{fill:${shades[shade]}}`)
    .join('')

const STYLE = `
text{font:12px system-ui,sans-serif;fill:#1f2328}.soft{fill:#59636e}.end{text-anchor:end}.middle{text-anchor:middle}.phase{fill:#d1d9e0}.tick{stroke:#d1d9e0}${colours(0)}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.soft{fill:#9198a1}.phase{fill:#3d444d}.tick{stroke:#3d444d}${colours(1)}}`

/** A row a phase, all on one clock; in each the calls that began in it, coloured by whom they ask. What has no colour is our own work. */
export function waterfall(title: string, phases: Phase[]): string {
  const end = phases.at(-1)?.ended ?? 0
  const x = (ms: number) => LEFT + (ms / end) * (WIDTH - LEFT - RIGHT)
  const bottom = TOP + phases.length * ROW
  const box = (name: string, from: number, to: number, y: number, height: number) =>
    `<rect class="${name}" x="${x(from).toFixed(1)}" y="${y}" width="${Math.max(1, x(to) - x(from)).toFixed(1)}" height="${height}"/>`
  const rows = phases.map(({ name, began, ended, calls }, at) => {
    const y = TOP + at * ROW
    const asked = calls.map((call) => box(call.to, call.began, call.ended, y + 4, BAR - 6))
    return `<text class="end" x="${LEFT - 8}" y="${y + 12}">${escaped(name)}</text>
${box('phase', began, ended, y + 1, BAR)}
${asked.join('\n')}
<text class="end soft" x="${WIDTH - 4}" y="${y + 12}">${(ended - began).toFixed(0)} ms</text>`
  })
  const step = stepOf(end)
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step).map(
    (
      ms,
    ) => `<line class="tick" x1="${x(ms).toFixed(1)}" y1="${TOP - 6}" x2="${x(ms).toFixed(1)}" y2="${bottom}"/>
<text class="soft middle" x="${x(ms).toFixed(1)}" y="${TOP - 10}">${ms} ms</text>`,
  )
  const legend = [...Object.keys(ASKED), 'phase'].map((name, at) => {
    const [left, said] = [LEFT + at * 110, name === 'phase' ? 'none: own work' : name]
    return `<rect class="${name}" x="${left}" y="6" width="10" height="10"/>
<text x="${left + 15}" y="15">${said}</text>`
  })
  const height = bottom + 8
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"><title>${escaped(title)}</title><style>${STYLE}</style>
<text class="soft" x="4" y="15">A call to</text>
${[...legend, ...ticks, ...rows].join('\n')}
</svg>
`
}

/** A round number of ms, so that there are four to ten of it. */
function stepOf(end: number): number {
  const rough = 10 ** Math.floor(Math.log10(Math.max(end, 1) / 4))
  return [5, 2, 1].map((many) => many * rough).find((step) => end / step >= 4) ?? rough
}

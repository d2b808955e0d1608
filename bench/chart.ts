import { escaped } from './escaped.ts'
import type { Result } from './result.ts'
import { goalWords, reachedWords, shown } from './words.ts'

const WIDTH = 760
const LEFT = 12
const BAR = 14
const GROUP = 78

const STYLE = `
text{font:13px system-ui,sans-serif;fill:#1f2328}.soft{fill:#59636e}.ours{fill:#2da44e}.missed{fill:#cf222e}.theirs{fill:#afb8c1}.end{text-anchor:end}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.soft{fill:#9198a1}.ours{fill:#3fb950}.missed{fill:#f85149}.theirs{fill:#656c76}}`

/** A small picture of a result: for each figure our median as a bar over that of the alternative, on one scale a figure. */
export function chart({ title, outcomes }: Result): string {
  const height = outcomes.length * GROUP + 8
  const groups = outcomes.map((outcome, index) => {
    const { what, against, unit, ours, theirs, met } = outcome
    const longest = Math.max(ours.median, theirs.median) || 1
    const bar = (value: number) => Math.max(2, ((WIDTH - 190 - LEFT) * value) / longest)
    const goal = outcome.goal ? `goal ${goalWords(outcome)}` : ''
    const y = index * GROUP + 20
    return `<text x="${LEFT}" y="${y}">${escaped(what)}</text>
<text class="end soft" x="${WIDTH - LEFT}" y="${y}">${escaped([reachedWords(outcome), goal].filter(Boolean).join(', '))}</text>
<rect class="${met ? 'ours' : 'missed'}" x="${LEFT}" y="${y + 8}" width="${bar(ours.median).toFixed(1)}" height="${BAR}" rx="2"/>
<text x="${(LEFT + bar(ours.median) + 6).toFixed(1)}" y="${y + 20}">artefacto ${escaped(shown(ours.median, unit))}</text>
<rect class="theirs" x="${LEFT}" y="${y + 26}" width="${bar(theirs.median).toFixed(1)}" height="${BAR}" rx="2"/>
<text class="soft" x="${(LEFT + bar(theirs.median) + 6).toFixed(1)}" y="${y + 38}">${escaped(shorter(against))} ${escaped(shown(theirs.median, unit))}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img"><title>${escaped(title)}</title><style>${STYLE}</style>
${groups.join('\n')}
</svg>
`
}

/** Beside the longest bar there is room for so much. */
function shorter(text: string): string {
  return text.length > 16 ? 'the other' : text
}

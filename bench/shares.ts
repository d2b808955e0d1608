import { covered, type Tapped } from './tap.ts'

type Seen = Tapped & { to: string }

const LEDGER = /\/v2\/(?:merges|builds)\//
const ENGINE = /^POST \/(?:build|images\/.*\/push)\b/
const QUEUED = /^POST \/async-function\/build$/
const RECORD = /^PUT \/v2\/merges\/\d+\/manifests\/([0-9a-f]{40})$/

/** Who was at work in a batch of so many merges, and how long, from the first call that is queued to the last record: a sentence. */
export function sharesOf(all: Seen[], size: number): string {
  const began = Math.min(...all.filter(({ line }) => QUEUED.test(line)).map((call) => call.began))
  const ended = Math.max(...all.filter(({ line }) => RECORD.test(line)).map((call) => call.ended))
  const whole = ended - began
  const calls = all.filter((call) => call.began >= began)
  const percent = (part: number) => `${Math.round((100 * part) / whole)} %`
  const engine = calls.filter(({ to, line }) => to === 'engine' && ENGINE.test(line))
  const ledger = calls.filter(({ to, line }) => to === 'registry' && LEDGER.test(line))
  const images = calls.filter(({ to, line }) => to === 'registry' && !LEDGER.test(line))
  const github = calls.filter(({ to }) => to === 'GitHub')
  const building = engine.reduce((sum, call) => sum + call.ended - call.began, 0)
  const part = (what: string, some: Seen[]) =>
    `${what} ${percent(covered(some))} (${(some.length / size).toFixed(1)} calls a merge)`
  return `In a batch of ${size}, with taps before all of them, which cost time themselves, the engine builds or pushes ${percent(covered(engine))} of the time, ${(building / whole).toFixed(1)} at once; asked at the same time are ${[part('the ledger', ledger), part('images in the registry', images), part('GitHub', github)].join(', ')}. The queue has handed over all of them, and their records are written, ${percent(recorded(calls) - began)} of the way.`
}

/** When the last merge had its first record. */
function recorded(calls: Seen[]): number {
  const first = new Map<string, number>()
  for (const { line, ended } of [...calls].sort((a, b) => a.ended - b.ended)) {
    const sha = RECORD.exec(line)?.[1]
    if (sha && !first.has(sha)) first.set(sha, ended)
  }
  return Math.max(...first.values())
}

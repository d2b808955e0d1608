import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mergeTime } from '../../functions/build/merge-time.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { mergeOf } from '../shared/records.ts'

const DAY = Date.parse('2026-11-22T18:00:00Z')

/** A merge by its place in the branch's history, counted in commits, and GitHub's whole second. */
type Told = { place: number; second: number }

const at = (second: number, ...places: number[]): Told[] => places.map((place) => ({ place, second }))

/** Tells of them one after the other; each but the last two is in the ledger by then, and those are in work. */
async function timesOf(told: Told[]): Promise<Map<number, number>> {
  const dated: MergeRecord[] = []
  const compare = async (_name: string, base: string, head: string) => {
    const ahead = Number(head) - Number(base)
    return { status: 'ahead', ahead_by: Math.max(ahead, 0), behind_by: Math.max(-ahead, 0) }
  }
  for (const { place, second } of told) {
    const inLedger = dated.slice(0, -2)
    const ledger = {
      readMerges: async (_id: number, shas: string[]) => inLedger.filter(({ sha }) => shas.includes(sha)),
    }
    const shop = { github: { compare }, ledger, works: openWorks() } as unknown as Workshop
    const newest = [...inLedger].sort((a, b) => (b.time ?? 0) - (a.time ?? 0))[0]
    const record = mergeOf('x', undefined, { sha: String(place) })
    const known = { newest, shas: inLedger.map(({ sha }) => sha), inWork: dated.slice(-2) }
    const time = await mergeTime(shop, record, DAY + second * 1000, known)
    dated.push({ ...record, time })
  }
  return new Map(dated.map(({ sha, time }) => [Number(sha), (time ?? 0) - DAY]))
}

const newestFirst = (count: number, from: number, step: number) =>
  Array.from({ length: count }, (_none, index) => from + (count - 1 - index) * step)

const CASES: [string, Told[]][] = [
  ['one second, in order', at(0, 2, 4, 6)],
  ['one second, newest first', at(0, 6, 4, 2)],
  ['two seconds, in order', [...at(0, 2, 4), ...at(1, 6, 8)]],
  ['the later second first, each newest first', [...at(1, 8, 6), ...at(0, 4, 2)]],
  ['two seconds by turns, newest first', [...at(1, 8), ...at(0, 4), ...at(1, 6), ...at(0, 2)]],
  [
    'a hundred of a second, newest first, the next second known',
    [...at(1, 300), ...at(0, ...newestFirst(100, 2, 2)), ...at(1, 298)],
  ],
  ['a pull request of 3,000 commits, told last', [...at(0, 2), ...at(1, 3_010), ...at(0, 3_002)]],
  ['a pull request of 3,000 commits, told first', [...at(1, 3_010, 3_004), ...at(0, 3_002, 2)]],
  ['one between two that are told', at(0, 2, 3_000, 40, 2_000, 1_000, 30)],
]

const order = suite('the times of merges')
for (const [what, told] of CASES)
  order(`are in the order of the history, whoever is told late: ${what}`, async () => {
    const times = [...(await timesOf(told))].sort(([a], [b]) => a - b).map(([, time]) => time)
    assert.equal(
      times,
      [...new Set(times)].sort((a, b) => a - b),
    )
    const seconds = [...told].sort((a, b) => a.place - b.place).map(({ second }) => second)
    assert.equal(
      times.map((time) => Math.round(time / 1000)),
      seconds,
    )
  })

order(
  "are GitHub's own where a second has one merge, and for the first that is told of a second",
  async () => {
    const times = await timesOf([...at(0, 2), ...at(2, 9, 8, 10), ...at(1, 4)])
    assert.equal([times.get(2), times.get(9), times.get(4)], [0, 2_000, 1_000])
  },
)
order('are told apart where `newest` is behind: a process ended before it wrote that tag', async () => {
  const works = openWorks()
  const stale = mergeOf('old', DAY - 60_000)
  const behind = mergeOf('x', DAY, { sha: '4' })
  const ledger = { readMerges: async (_id: number, shas: string[]) => (shas.includes('4') ? [behind] : []) }
  const compare = async () => ({ status: 'ahead', ahead_by: 2, behind_by: 0 })
  const shop = { github: { compare }, ledger, works } as unknown as Workshop
  works.settle(stale)
  const known = { newest: stale, shas: [stale.sha, '4', '6'], inWork: [] }
  assert.is(await mergeTime(shop, mergeOf('x', undefined, { sha: '6' }), DAY, known), DAY + 2)
})
order('read no merge whose time is known already, however late one is told', async () => {
  const works = openWorks()
  const first = mergeOf('x', DAY, { sha: '4' })
  const read: string[] = []
  const ledger = {
    async readMerges(_id: number, shas: string[]) {
      read.push(...shas)
      return []
    },
  }
  const compare = async () => ({ status: 'behind', ahead_by: 0, behind_by: 2 })
  const shop = { github: { compare }, ledger, works } as unknown as Workshop
  const newest = mergeOf('newer', DAY + 60_000)
  const inWork = [mergeOf('y', DAY + 30_000, { sha: '9' })]
  const known = { newest, shas: ['4', '9', newest.sha, '2', '3'], inWork }
  works.remember(first)
  assert.is(await mergeTime(shop, mergeOf('x', undefined, { sha: '2' }), DAY, known), DAY - 2)
  assert.equal(read, ['3'])
})
order.run()

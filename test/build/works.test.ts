import { setImmediate as turn } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildLog } from '../../functions/build/build-log.ts'
import { openWorks, type Works } from '../../functions/build/works.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const merge = (sha: string, time?: number, repositoryId = 1): MergeRecord => ({
  repositoryId,
  sha,
  repository: 'acme/shop',
  branch: 'develop',
  ...(time !== undefined && { time }),
  state: 'queued',
  services: [],
  known: [],
  attempt: 0,
  queued: '2026-11-22T18:00:00Z',
})

/** Takes a merge into work; with a time it is dated at once. */
function begin(works: Works, sha: string, time?: number, repositoryId?: number) {
  const work = works.begin(merge(sha, time, repositoryId))
  if (time !== undefined) work.date()
  return work
}

/** Whether the merges before `time` have ended, as far as can be said after a turn of the event loop. */
async function waits(waiting: Promise<void>): Promise<boolean> {
  let over = false
  void waiting.then(() => {
    over = true
  })
  await turn()
  return !over
}

const works = suite('openWorks')
works('knows a merge from its beginning to its end, by repository and commit', () => {
  const all = openWorks()
  const work = begin(all, 'a', 1)
  assert.is(all.find({ repositoryId: 1, sha: 'a' }), work)
  assert.is(all.find({ repositoryId: 2, sha: 'a' }), undefined)
  all.end(work)
  assert.is(all.find({ repositoryId: 1, sha: 'a' }), undefined)
})
works('shows what is live until it is hidden', () => {
  const all = openWorks()
  const build = { service: 'web', id: '1', state: 'building' as const, log: {} as BuildLog }
  all.show(build)
  assert.is(all.live('web', '1'), build)
  assert.is(all.live('web', '2'), undefined)
  all.hide(build)
  assert.is(all.live('web', '1'), undefined)
})
works('runs the same method call once while it runs, and again afterwards', async () => {
  const all = openWorks()
  let runs = 0
  const record = { service: 'web', id: '1' } as BuildRecord
  const run = async () => {
    runs += 1
    return record
  }
  const [one, two] = [all.call(record, run), all.call(record, run)]
  assert.equal(await Promise.all([one, two]), [record, record])
  assert.is(runs, 1)
  await all.call(record, run)
  assert.is(runs, 2)
})
works('forgets a method call that failed', async () => {
  const all = openWorks()
  const record = { service: 'web', id: '1' } as BuildRecord
  const failed = await all.call(record, () => Promise.reject(new Error('no'))).catch((error: Error) => error)
  assert.is((failed as Error).message, 'no')
  assert.is(await all.call(record, async () => record), record)
})
works.run()

const older = suite('older')
older('waits for a merge that is older, until it ends', async () => {
  const all = openWorks()
  const first = begin(all, 'a', 1)
  const waiting = all.older(1, 2)
  assert.ok(await waits(waiting))
  all.end(first)
  await waiting
})
older(
  'does not wait for the merge itself, a newer one, one of the same time, or of another repository',
  async () => {
    const all = openWorks()
    begin(all, 'self', 2)
    begin(all, 'newer', 3)
    begin(all, 'same', 2)
    begin(all, 'elsewhere', 1, 9)
    await all.older(1, 2)
  },
)
older('waits for one without a time until it is dated, and on if it is older', async () => {
  const all = openWorks()
  const undated = begin(all, 'a')
  const waiting = all.older(1, 2)
  assert.ok(await waits(waiting))
  undated.record = { ...undated.record, time: 1 }
  undated.date()
  assert.ok(await waits(waiting))
  all.end(undated)
  await waiting
})
older('goes on when one without a time turns out to be newer', async () => {
  const all = openWorks()
  const undated = begin(all, 'a')
  const waiting = all.older(1, 2)
  undated.record = { ...undated.record, time: 3 }
  undated.date()
  await waiting
})
older('goes on when one without a time ends without one', async () => {
  const all = openWorks()
  const undated = begin(all, 'a')
  const waiting = all.older(1, 2)
  all.end(undated)
  await waiting
})
older('lets any number go one after the other, by time and not by arrival', async () => {
  const all = openWorks()
  const order: number[] = []
  const times = [5, 1, 4, 2, 3]
  const merges = times.map((time) => ({ time, work: begin(all, `sha${time}`) }))
  const publish = async ({ time, work }: (typeof merges)[number]) => {
    await turn()
    work.record = { ...work.record, time }
    work.date()
    await all.older(1, time)
    order.push(time)
    all.end(work)
  }
  await Promise.all(merges.map(publish))
  assert.equal(order, [1, 2, 3, 4, 5])
})
older.run()

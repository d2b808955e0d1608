import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isFull, openRoom, spaceOf } from '../../functions/build/room.ts'
import { Failure } from '../../functions/shared/failure.ts'

const GB = 1e9
const EMPTY = { free: 50 * GB, total: 100 * GB }
const FULL = { free: 0.4 * GB, total: 100 * GB }

const full = suite('a disk is full')
for (const [free, total, expected] of [
  [0, 1e6, true],
  [1.9 * GB, 100 * GB, true],
  [2.1 * GB, 100 * GB, false],
  [6 * GB, 1000 * GB, false],
] as const)
  full(`with ${free / GB} of ${total / GB} GB free: ${expected}`, () => {
    assert.is(isFull({ free, total }), expected)
  })
full('or not, by what its file system says', () => {
  const space = spaceOf(mkdtempSync(join(tmpdir(), 'artefacto-room-')))
  assert.ok(space && space.free > 0 && space.total > space.free)
  assert.is(spaceOf('/nowhere'), undefined)
})
full.run()

const room = suite('room for a build')
const open = () => {
  const clock = { now: 0 }
  return { clock, room: openRoom(() => clock.now) }
}
const refusal = (work: () => void) => {
  try {
    work()
    return undefined
  } catch (error) {
    assert.instance(error, Failure)
    return `${(error as Failure).code} ${(error as Failure).outcome}: ${(error as Failure).message}`
  }
}
room('is there where nobody tells of another disk than our own', () => {
  const { room } = open()
  assert.is(refusal(room.need), undefined)
  assert.equal(Object.keys(room.disks()), ['build'])
})
for (const disk of ['engine', 'registry'] as const)
  room(`is not there while the disk of ${disk} is full, and that is no fault of a merge`, () => {
    const { room } = open()
    room.tell({ engine: EMPTY, registry: EMPTY, [disk]: FULL })
    assert.is(
      refusal(room.need),
      `disk_full error: the disk of ${disk} is full: 400 MB free of 100 GB; what is merged waits until there is room`,
    )
    room.tell({ engine: EMPTY, registry: EMPTY })
    assert.is(refusal(room.need), undefined)
  })
room('is not denied for what somebody told three minutes ago', () => {
  const { clock, room } = open()
  room.tell({ engine: FULL })
  clock.now += 179_000
  assert.match(String(refusal(room.need)), /disk of engine/)
  clock.now += 2_000
  assert.is(refusal(room.need), undefined)
})
room.run()

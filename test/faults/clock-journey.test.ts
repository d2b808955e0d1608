import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openFaultWorld } from './fault-world.ts'

const HOUR_MS = 3_600_000

/** Loaded into a function before anything else: its wall clock goes wrong by as many ms as the file beside it says. */
const CLOCK = `
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const Real = Date
const now = () => Real.now() + Number(readFileSync(join(__dirname, 'wrong'), 'utf8'))
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(now()) : super(...given) }
  static now() { return now() }
}
`

const clock = suite('a clock that jumps an hour')
clock('ahead and back changes neither what is built nor in which order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-clock-'))
  const set = (ms: number) => writeFileSync(join(folder, 'wrong'), String(ms))
  writeFileSync(join(folder, 'clock.cjs'), CLOCK)
  set(0)
  const world = await openFaultWorld({ build: { NODE_OPTIONS: `--require ${join(folder, 'clock.cjs')}` } })
  try {
    const times: number[] = []
    for (const wrong of [0, HOUR_MS, 0, -HOUR_MS, -HOUR_MS, HOUR_MS, 0]) {
      set(wrong)
      const record = await world.judge(await world.mergeBoth())
      times.push(record.time ?? 0)
    }
    assert.equal(
      times,
      [...times].sort((a, b) => a - b),
      'in the order of the merges',
    )
  } finally {
    await world.close()
    rmSync(folder, { recursive: true })
  }
})
clock.run()

import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { linesOf } from '../../doctor/lines.ts'
import { mendAt } from '../../doctor/mends.ts'
import { USAGE } from '../../doctor/options.ts'
import type { Place } from '../../doctor/place.ts'
import type { Check, Fault } from '../../functions/shared/check.ts'
import { MENDS } from '../../functions/shared/words.ts'
import { blocks, pageAt, table } from '../readme/markdown.ts'
import { textOf } from '../rules/source-files.ts'

const PLAIN = { green: String, yellow: String, red: String, dim: String, bold: String } as never
const page = pageAt('docs/doctor.md')
const plain = (cell = '') => cell.replaceAll('`', '')

const documentation = suite('the documentation of the doctor')
documentation('has every fault, with what mends it and a test that names its sentence', () => {
  const told = table(page, 'fault').map(([fault, mend]) => [plain(fault), plain(mend)])
  const known = Object.entries(MENDS).map(([fault, mend]) => [fault, plain(mend)])
  assert.equal(told, known)
})
documentation('shows in README what the command prints', () => {
  const shown = blocks(pageAt('README.md')).find(
    ({ heading, language }) => heading === 'Doctor' && language === 'text',
  )
  assert.ok(shown)
  const checks = table(page, 'check').map(([name]) => plain(name))
  const lines = shown.text.trimEnd().split('\n')
  const place: Place = { kind: 'npm start', gateway: '', secrets: '', password: undefined, disks: [] }
  for (const [at, line] of lines.entries()) {
    const [, word = '', name = '', says = ''] =
      /^(ok|FAILED|warning|skipped) +(\S+(?: \S+)*) {2,}(.+)$/.exec(line) ?? []
    if (word === '') continue
    assert.ok(checks.includes(name), name)
    const state = (word === 'FAILED' ? 'failed' : word) as Check['state']
    assert.equal(linesOf({ name, state, says }, PLAIN), [line])
    if (state !== 'failed') continue
    const mend = lines[at + 1]?.trim()
    const faults = Object.keys(MENDS) as Fault[]
    assert.ok(
      faults.some((fault) => mendAt(place, { name, state, says, fault }).mend === mend),
      mend,
    )
  }
  assert.match(lines.at(-1) ?? '', /^1 failed, \d+ ok$/)
})
documentation('leaves out no option', () => {
  for (const [option] of USAGE.matchAll(/--[a-z]+/g))
    assert.ok(textOf('docs/doctor.md').includes(option), option)
})
documentation.run()

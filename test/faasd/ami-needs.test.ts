import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Machine, whatAmiLacks } from '../../faasd/ami-needs.ts'
import { BOX } from '../../faasd/box.ts'
import { mergeCompose } from '../../faasd/compose.ts'
import { readSettings } from '../../faasd/settings.ts'

const GIB = 1024 ** 3
const STOCK = 'services:\n  nats: {}\n  gateway: {}\n  queue-worker: {}\n'
const SETTINGS = { ...readSettings('/nowhere'), ami: true }
const ENOUGH: Machine = { arch: 'x64', memory: GIB, room: () => 5 * GIB, has: () => true }

const folder = mkdtempSync(join(tmpdir(), 'artefacto-needs-'))
const box = { ...BOX, state: join(folder, 'artefacto'), faasd: join(folder, 'faasd') }
mkdirSync(box.faasd)
const compose = (text: string) => writeFileSync(join(box.faasd, 'docker-compose.yaml'), text)

const needs = suite('what a box lacks for the service ami')
needs.before.each(() => compose(STOCK))
needs.after(() => rmSync(folder, { recursive: true }))
needs('is nothing where it has what it takes', () => {
  assert.equal(whatAmiLacks(box, SETTINGS, ENOUGH), [])
})
const table: [lack: Partial<Machine>, sentence: RegExp][] = [
  [{ arch: 'arm64' }, /--ami: disks are made on amd64 only, and this machine is arm64/],
  [{ memory: 0.5 * GIB }, /--ami: 0\.5 GiB of memory are free, and it takes 1 GiB/],
  [{ room: () => 4.9 * GIB }, /has 4\.9 GiB free: make room, at least 5 GiB are needed/],
  [{ has: (program) => program !== 'nsenter' }, /nsenter is not installed: apt-get install util-linux/],
]
for (const [lack, sentence] of table) {
  needs(`is ${sentence.source.replaceAll('\\', '')}`, () => {
    const found = whatAmiLacks(box, SETTINGS, { ...ENOUGH, ...lack })
    assert.is(found.length, 1)
    assert.match(found[0] ?? '', sentence)
  })
  needs(`is not asked without --ami (${Object.keys(lack)})`, () => {
    assert.equal(whatAmiLacks(box, { ...SETTINGS, ami: false }, { ...ENOUGH, ...lack }), [])
  })
}
needs('is not memory or room once the service is there, and works', () => {
  const ami = { image: 'a', environment: {}, volumes: [] }
  compose(mergeCompose(STOCK, 'f', { 'artefacto-ami': ami }))
  assert.equal(whatAmiLacks(box, SETTINGS, { ...ENOUGH, memory: 0, room: () => 0 }), [])
})
needs.run()

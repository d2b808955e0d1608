import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lastUsefulLine } from '../../local/last-useful-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-log-'))
const log = suite('lastUsefulLine')
log.after(() => rmSync(folder, { recursive: true }))

const table: [string, string, string | undefined][] = [
  [
    'the last fatal line, unquoted',
    'time="t" level=fatal msg="open \\"x\\": no"\ntime="t" level=info msg="bye"\n',
    'open "x": no',
  ],
  [
    "dockerd's own last words",
    'time="t" level=info msg="a"\nfailed to start daemon: no space\n',
    'failed to start daemon: no space',
  ],
  ['the last line where none is an error', 'one\ntwo\n\n', 'two'],
  ['nothing of an empty log', '', undefined],
]
for (const [title, text, expected] of table) {
  log(`gives ${title}`, () => {
    writeFileSync(join(folder, 'log'), text)
    assert.is(lastUsefulLine(join(folder, 'log')), expected)
  })
}

log.run()

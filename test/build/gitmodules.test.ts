import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { submodulesIn } from '../../functions/build/gitmodules.ts'
import { failureOf } from '../support/failure-of.ts'

const url = '../lib.git'
const GOOD: [title: string, text: string, found: object[]][] = [
  ['nothing', '', []],
  ['what git writes', `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`, [{ path: 'lib', url }]],
  [
    'several, with more keys and lines of Windows',
    `[submodule "a"]\r\n\tpath = vendor/a\r\n\turl = ${url}\r\n\tbranch = main\r\n[submodule "b"]\r\n\turl=${url}\r\n\tPath=b\r\n`,
    [
      { path: 'vendor/a', url },
      { path: 'b', url },
    ],
  ],
  [
    'comments, quotes and escapes',
    `# all\n[submodule "x \\"y\\""] ; one\n path = "a # b" # c\n url = "https://host/\\"q\\"" \n`,
    [{ path: 'a # b', url: 'https://host/"q"' }],
  ],
  ['a value over two lines', `[submodule "a"]\npath = a\nurl = ../\\\nlib.git\n`, [{ path: 'a', url }]],
  [
    'a section in two pieces',
    `[submodule "a"]\npath = a\n[other]\npath = no\n[submodule "a"]\nurl = ${url}\n`,
    [{ path: 'a', url }],
  ],
  ['a section without an address', '[submodule "a"]\npath = a\n', []],
  ['keys of other sections', `[core]\npath = a\nurl = ${url}\n`, []],
]
const reading = suite('submodulesIn')
for (const [title, text, found] of GOOD)
  reading(`reads ${title}`, () => {
    assert.equal(submodulesIn(text), found)
  })
const PATHS = ['../out', '/etc', 'a/../../b', 'a//b', '.', './a', '""', '.git/hooks', 'a/.GIT', '"a\\nb"']
for (const path of PATHS)
  reading(`refuses the path ${path}`, async () => {
    const { code, message } = await failureOf(() =>
      submodulesIn(`[submodule "a"]\npath = ${path}\nurl = ${url}\n`),
    )
    assert.is(code, 'source_refused')
    assert.match(message, /^\.gitmodules has the path .*, which a submodule cannot have$/)
  })
reading('comes to the end of a megabyte of anything', () => {
  for (const piece of ['[submodule "', '"', '\\', ' ', '[submodule "a"]\npath=a\n'])
    submodulesIn(piece.repeat(Math.floor(1024 ** 2 / piece.length)))
})
reading.run()

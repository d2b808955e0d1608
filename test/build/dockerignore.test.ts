import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor } from '../../functions/build/context.ts'
import type { TreeFile } from '../../functions/build/source-tree.ts'

const FILES = [
  'README.md',
  'docs/README.md',
  'docs/secret.md',
  'lib/a.js',
  'lib/deep/b.js',
  'lib/deep/b.test.js',
  'node_modules/keep/x',
  'node_modules/other/y',
  'temp?',
  'tempa',
  'Upper',
]

/** What is left out, as the docker client leaves it out (https://docs.docker.com/build/concepts/context/); compared with 28.2. */
const TABLE: [rules: string, leftOut: string[]][] = [
  ['', []],
  ['# README.md', []],
  ['README.md', ['README.md']],
  ['/README.md', ['README.md']],
  ['./README.md', ['README.md']],
  ['docs', ['docs/README.md', 'docs/secret.md']],
  ['docs/', ['docs/README.md', 'docs/secret.md']],
  ['*.md', ['README.md']],
  ['*/*.md', ['docs/README.md', 'docs/secret.md']],
  ['**/*.md', ['README.md', 'docs/README.md', 'docs/secret.md']],
  ['*.md\n!README.md', []],
  ['**/*.md\n!README.md', ['docs/README.md', 'docs/secret.md']],
  ['docs\n!docs/README.md', ['docs/secret.md']],
  ['!docs/README.md\ndocs', ['docs/README.md', 'docs/secret.md']],
  ['node_modules\n!node_modules/keep', ['node_modules/other/y']],
  ['lib/**/*.js', ['lib/a.js', 'lib/deep/b.js', 'lib/deep/b.test.js']],
  ['**/*.test.js', ['lib/deep/b.test.js']],
  ['**/deep', ['lib/deep/b.js', 'lib/deep/b.test.js']],
  ['temp?', ['temp?', 'tempa']],
  ['temp[a-z]', ['tempa']],
  ['temp\\?', ['temp?']],
  ['upper', []],
  ['docs/../README.md', ['README.md']],
  ['README.md\r\nUpper\r\n', ['README.md', 'Upper']],
  ['\ufeffREADME.md', ['README.md']],
  ['  README.md  ', ['README.md']],
  ['*', FILES],
  ['*\n!lib', FILES.filter((path) => !path.startsWith('lib/'))],
]

const ignoring = suite('.dockerignore')
for (const [rules, leftOut] of TABLE)
  ignoring(`${JSON.stringify(rules)} leaves out ${leftOut.length} of ${FILES.length}`, () => {
    const file = (path: string): [string, TreeFile] => [
      path,
      { mode: '100644', blob: '', size: 0, target: '' },
    ]
    const texts = new Map([
      ['Dockerfile', Buffer.from('FROM scratch\n')],
      ['.dockerignore', Buffer.from(rules)],
    ])
    const entry = { service_name: 'web', version: '1', type: 'Docker', context: '.' } as const
    const all = new Map([...FILES, 'Dockerfile'].map(file))
    const { files } = contextFor(entry, {
      files: all,
      texts,
      submodules: [],
      attributes: new Set(),
      plain: true,
    })
    assert.equal(
      FILES.filter((path) => !files.has(path)),
      leftOut,
    )
  })
ignoring.run()

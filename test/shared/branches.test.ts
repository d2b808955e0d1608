import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { branchesOf, branchTag, isOf, readBranches } from '../../functions/shared/branches.ts'

const setting = suite('the setting branch')
const TAKEN: [value: string | undefined, branches: string[]][] = [
  [undefined, ['develop']],
  ['', ['develop']],
  [' ', ['develop']],
  ['main', ['main']],
  ['develop main', ['develop', 'main']],
  [' develop   release/1.x\n', ['develop', 'release/1.x']],
]
for (const [value, branches] of TAKEN)
  setting(`takes ${JSON.stringify(value)}`, () => assert.equal(readBranches({ branch: value }), branches))
setting('takes whatever git takes', () => {
  for (const name of ['a,b', '#1', 'über', '@x', 'x@', 'a-', 'HEAD', 'refs/heads/x', '1.0', 'a_b'])
    assert.equal(readBranches({ branch: name }), [name])
})
const UNUSABLE = '-x /x x/ a//b a..b .x a/.b x. x.lock x.lock/y @ a@{1 a~1 a^ a:b a?b a*b a[b a\\b a\u0007b'
for (const name of UNUSABLE.split(' '))
  setting(`refuses ${JSON.stringify(name)}`, () => {
    const says = `branch: ${name} is no name of a branch`
    assert.throws(
      () => readBranches({ branch: `develop ${name}` }),
      ({ message }: Error) => message === says,
    )
  })
setting('refuses a name that is there twice', () => {
  assert.throws(() => readBranches({ branch: 'a b a' }), /^branch: a is there twice$/)
})
setting('refuses a further name that no tag has room for, and names the option', () => {
  const [fits, long] = ['a'.repeat(118), 'a'.repeat(119)]
  assert.equal(readBranches({ branch: `${long} ${fits}` }), [long, fits])
  assert.throws(
    () => readBranches({ '--branch': `develop ${long}` }, '--branch'),
    /^--branch: a+ is too long/,
  )
  assert.throws(() => readBranches({ branch: `develop ${'ü'.repeat(20)}` }), /too long/)
})
setting.run()

const tags = suite("a branch's tag")
const ALL = ['develop', 'main', 'release/1.0', 'release_2f1.0', 'über', 'a,b', 'Main', '#1'] as const
tags('is the word alone for the first', () => assert.is(branchTag('newest', 'develop', ALL), 'newest'))
tags('names a further one, as a registry takes it, and each of them another', () => {
  const found = ALL.map((branch) => branchTag('newest', branch, ALL))
  assert.equal(found.slice(1, 5), [
    'newest-main',
    'newest-release_2f1.0',
    'newest-release_5f2f1.0',
    'newest-_c3_bcber',
  ])
  assert.is(new Set(found).size, ALL.length)
  for (const tag of found) assert.match(tag, /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/)
})
tags.run()

const records = suite("a record's branches")
records('are one, or several with spaces between', () => {
  assert.equal(branchesOf({ branch: 'develop' }), ['develop'])
  assert.equal(branchesOf({ branch: 'develop main' }), ['develop', 'main'])
  assert.equal(
    [isOf({ branch: 'develop main' }, 'main'), isOf({ branch: 'develop main' }, 'mai')],
    [true, false],
  )
})
records.run()

import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Context, contextFor } from '../../functions/build/context.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { trying } from './seed.ts'
import { within } from './within.ts'

const ENTRY = { service_name: 'web', version: '1', type: 'Docker' } as const
const FILE = { mode: '100644', blob: '0', size: 0, target: '' } as const

function context(ignore: string, names: readonly string[]): Context {
  const files = new Map(['Dockerfile', ...names].map((name) => [`web/${name}`, FILE]))
  const texts = new Map([
    ['web/Dockerfile', Buffer.from('FROM scratch')],
    ['web/.dockerignore', Buffer.from(ignore)],
  ])
  return contextFor(ENTRY, { files, texts, submodules: [], attributes: new Set(), plain: true })
}

const piece = fc.constantFrom(
  '*',
  '**',
  '/',
  'a',
  'b',
  '?',
  '!',
  '[',
  ']',
  '(',
  ')',
  '+',
  '{2}',
  '\\',
  '.',
  '^',
  '$',
  '|',
  '-',
  '#',
  '\n',
  ' ',
  '..',
)
const rules = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
const name: fc.Arbitrary<string> = fc.constantFrom(
  'a',
  'b',
  'a/b',
  'a+',
  '(',
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  'a/__proto__',
  '🚢',
)

const ignore = suite('.dockerignore')
ignore('of any text leaves out some files, or is refused with what is wrong', () => {
  const property = fc.property(rules, fc.uniqueArray(name, { minLength: 1 }), (text, names) => {
    try {
      const { files } = within(() => context(text, names))
      for (const kept of files.keys()) assert.ok(kept === 'Dockerfile' || names.includes(kept), kept)
    } catch (thrown) {
      assert.ok(thrown instanceof Failure, `${JSON.stringify(text)}: ${(thrown as Error).message}`)
      assert.is(thrown.outcome, 'failed')
    }
  })
  fc.assert(property, trying(600))
})
ignore('of a star leaves out every file, whatever its name', () => {
  const property = fc.property(fc.uniqueArray(name), (names) => {
    assert.is([...context('*', names).files.keys()].join(), '', `left in: ${names}`)
  })
  fc.assert(property, trying(200))
})
ignore.run()

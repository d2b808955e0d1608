import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { imagesSchema } from '../../functions/shared/schema/images.ts'
import { sourceFiles, textOf } from './source-files.ts'

const OURS = ['functions', 'local', 'registry', 'faasd', 'kubernetes', 'doctor', 'ami']
  .flatMap(sourceFiles)
  .filter((file) => !file.endsWith('.d.ts'))

const files = suite('rules files')
files('none is longer than 200 lines', () => {
  const long = OURS.filter((file) => textOf(file).split('\n').length > 201)
  assert.equal(long, [])
})
files('none has a name that says nothing', () => {
  const vague = /\/(?:utils?|types?|helpers?|common|misc|constants)\.[^/]*$/
  assert.equal(
    [...OURS, ...sourceFiles('test')].filter((file) => vague.test(file)),
    [],
  )
})
files('every test file runs each of its suites', () => {
  // uvu counts a suite without .run() as no suite at all, and is content.
  for (const file of sourceFiles('test').filter((name) => name.endsWith('.test.ts'))) {
    const text = textOf(file)
    const suites = [...text.matchAll(/^(?:export )?const (\w+) = suite(?:<[^>]*>)?\(/gm)].map(
      ([, name]) => name,
    )
    const forgotten = suites.filter((name) => !new RegExp(`^\\s*${name}\\.run\\(\\)`, 'm').test(text))
    assert.ok(suites.length > 0 || text.includes('.run()'), `${file} has no suite`)
    assert.equal(forgotten, [], file)
  }
})
files('images.schema.json is what the functions check', () => {
  assert.equal(JSON.parse(textOf('images.schema.json')), imagesSchema)
})
files.run()

import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lineChanged, nodeService, worked } from '../../bench/node-service.ts'
import { noise } from '../../bench/noise.ts'

const SERVICE = nodeService('web', 'base')

const changed = suite('the Node service that is measured')
changed('has one line of one file changed', () => {
  const [[path, text] = ['', null], ...more] = Object.entries(lineChanged('web', 'a word'))
  assert.is(more.length, 0)
  const [before, after] = [SERVICE[path], text].map((content) => String(content).split('\n'))
  assert.is(before?.length, after?.length)
  assert.equal(
    after?.filter((line, index) => line !== before?.[index]),
    ['// a word'],
  )
})
changed('is the same every time', () => assert.equal(nodeService('web', 'base'), SERVICE))
changed('has a history that changes what is in it', () => {
  const paths = Object.keys(worked('web', 399)).filter((path) => !path.endsWith('package-lock.json'))
  assert.ok(paths.length > 0 && paths.every((path) => path in SERVICE))
})
changed.run()

const incompressible = suite('noise')
incompressible('is not made smaller by gzip', () => assert.ok(gzipSync(noise(1, 20_000)).length > 20_000))
incompressible('is the same for the same seed, and another for another', () => {
  assert.ok(noise(1, 100).equals(noise(1, 100)))
  assert.not(noise(1, 100).equals(noise(2, 100)))
})
incompressible.run()

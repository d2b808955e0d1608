import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type FieldForm, fromAnnotations, toAnnotations } from '../../functions/shared/record.ts'

const FIELDS: Record<string, FieldForm> = { name: 'text', size: 'number', parts: 'json', done: 'json' }

const records = suite('record')
records('writes every field as text under artefacto.', () =>
  assert.equal(toAnnotations(FIELDS, { name: 'web', size: 7, parts: [{ a: 'ü"' }], done: false }), {
    'artefacto.name': 'web',
    'artefacto.size': '7',
    'artefacto.parts': '[{"a":"ü\\""}]',
    'artefacto.done': 'false',
  }),
)
records('leaves undefined fields and unknown keys out', () =>
  assert.equal(toAnnotations(FIELDS, { name: 'web', size: undefined, other: 'x' }), {
    'artefacto.name': 'web',
  }),
)
const VALUES = [
  { name: '', size: 0, parts: [], done: true },
  { name: ' null ', size: Number.MAX_SAFE_INTEGER, parts: null, done: false },
  { name: 'a\nb\0🚢', size: -1.5, parts: { deep: [{ x: 1 }] }, done: 'text' },
  {},
]
for (const value of VALUES)
  records(`reads what it wrote: ${JSON.stringify(value)}`, () =>
    assert.equal(fromAnnotations(FIELDS, toAnnotations(FIELDS, value)), value),
  )
records('ignores annotations of others and of a newer artefacto', () => {
  const others = { 'org.opencontainers.image.title': 'x', 'artefacto.colour': 'red', name: 'y', size: '1' }
  assert.equal(fromAnnotations(FIELDS, { ...others, 'artefacto.name': 'web' }), { name: 'web' })
})
records.run()

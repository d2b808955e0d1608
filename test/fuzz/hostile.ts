import fc from 'fast-check'
import { generator, mutated } from '../shared/mutated.ts'

const NASTY = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../x',
  '..',
  '/',
  '\0',
  '\r\nX-Evil: 1',
  '<script>alert(1)</script>',
  '"]]>&lt;\'',
  '\u001b[31m',
  '\u202etxt.exe',
  '\u2028',
  'Ａ',
  '🚢',
  '\ud800',
  'a'.repeat(5000),
  '%2e%2e%2f',
  '1e999',
  '-1',
  'latest',
]

/** Text that somebody would write to hurt, and text that nobody would write. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 70 }),
)

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, [], {}, [[]], 1e308),
  fc.jsonValue({ maxDepth: 3 }),
)

/** The bytes of a JSON document with a few of them overwritten, taken out, doubled or put in. */
export function bytesLike(document: unknown): fc.Arbitrary<Buffer> {
  const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document))
  return fc.integer().map((seed) => mutated(generator(seed), bytes))
}

/**
 * The bytes of a JSON document in which up to three values have become another, are gone, are there twice
 * under one key, or have a neighbour that nobody knows.
 */
export function jsonLike(document: unknown): fc.Arbitrary<Buffer> {
  const places = placesOf(document)
  const change = fc.record({
    place: fc.constantFrom(...places),
    as: fc.constantFrom('put', 'put', 'drop', 'twice', 'extra' as const),
    value: hostileValue,
    key: hostileText,
  })
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let twice = ''
    let copy: unknown = structuredClone(document)
    for (const { place, as, value, key } of changes) {
      if (as === 'twice') twice = `${JSON.stringify(key)}:${JSON.stringify(value)},`
      else if (place.length === 0) copy = as === 'put' ? value : copy
      else put(copy, place, as, value, key)
    }
    const text = JSON.stringify(copy) ?? ''
    return Buffer.from(twice === '' ? text : text.replace('{', () => `{${twice}`))
  })
}

type Place = (string | number)[]

function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...at, key]))]
}

function put(
  document: unknown,
  place: Place,
  as: 'put' | 'drop' | 'extra',
  value: unknown,
  key: string,
): void {
  const parent = place
    .slice(0, -1)
    .reduce<unknown>((at, step) => (at as Members | undefined)?.[step], document)
  if (typeof parent !== 'object' || parent === null) return
  const last = as === 'extra' ? key : String(place.at(-1))
  if (as === 'drop') delete (parent as Members)[last]
  // Defined, not assigned: `__proto__` is a name like any other.
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true })
}

type Members = Record<string | number, unknown>

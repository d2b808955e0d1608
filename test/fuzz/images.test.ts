import { Ajv } from 'ajv'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../functions/shared/failure.ts'
import { contextOf, dockerfileOf, type Entry, parseImages } from '../../functions/shared/images.ts'
import { imagesSchema } from '../../functions/shared/schema/images.ts'
import { bytesLike, hostileText, jsonLike } from './hostile.ts'
import { trying } from './seed.ts'

const SOUND = [
  { service_name: 'web', version: '1.4.2', type: 'Docker' },
  {
    service_name: 'api',
    version: '0.9.0',
    type: 'AMI',
    context: 'services/api',
    dockerfile: 'Dockerfile.prod',
    args: { A: '1', B: '2' },
    target: 'run',
    tags: ['latest', '0.9'],
    limits: { minutes: 10, size: '500m' },
    disk: 20,
  },
]

/** The schema once more, read by ajv itself and not by what was generated from it. */
const fits = new Ajv({ allErrors: false, strict: false }).compile(imagesSchema)

function read(bytes: Buffer): Entry[] | Failure {
  try {
    return parseImages(bytes)
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}

/** Entries that a build may begin with, or a Failure that tells the place in one line. */
function holds(bytes: Buffer): void {
  const result = read(bytes)
  if (result instanceof Failure) {
    assert.is(result.code, 'images_invalid')
    assert.match(
      result.message,
      /^images\.json [^\p{Cc}\u202e\u2028]+$|^images\.json: [/"a-z][^\p{Cc}\u202e\u2028]*$/u,
    )
    assert.ok(result.message.length <= 2000)
    return
  }
  assert.ok(fits(result), JSON.stringify(fits.errors))
  assert.is(new Set(result.map((entry) => entry.service_name)).size, result.length)
  for (const entry of result)
    for (const path of [contextOf(entry), dockerfileOf(entry)])
      assert.not.match(path, /(^|\/)\.\.(\/|$)|^\/|[\0\n\\]/)
}

const images = suite('images.json')
images('of mutated bytes is entries of the schema, or names the place', () => {
  fc.assert(fc.property(bytesLike(SOUND), holds), trying(1500))
})
images('of mutated values is entries of the schema, or names the place', () => {
  fc.assert(fc.property(jsonLike(SOUND), holds), trying(1500))
})
images('of any text in any field is never a path that leaves the repository', () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    '...',
    '. .',
    '..\\',
    '\u2024.',
    '..\0',
    '..%2f',
    '~',
    '-',
    '..\n',
  )
  const path = fc.oneof(
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('/')),
    hostileText,
  )
  const property = fc.property(path, path, hostileText, (context, dockerfile, version) => {
    const entry = { ...SOUND[0], context, dockerfile }
    holds(Buffer.from(JSON.stringify([entry])))
    holds(Buffer.from(JSON.stringify([{ ...entry, version, service_name: version }])))
  })
  fc.assert(property, trying(1000))
})
images('nested to any depth is refused', () => {
  const property = fc.property(fc.integer({ min: 1, max: 32_000 }), fc.nat(3), (depth, at) => {
    const [open, close] = at % 2 === 0 ? ['[', ']'] : ['{"args":', '}']
    const nested = `${open.repeat(depth / open.length)}1${close.repeat(depth / open.length)}`
    holds(
      Buffer.from(
        at < 2 ? nested : `[{"service_name":"web","version":"1","type":"Docker","args":${nested}}]`,
      ),
    )
  })
  fc.assert(property, trying(60))
})
images.run()

import type { ErrorObject } from 'ajv'
import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from './failure.ts'
import type { imagesSchema } from './schema/images.ts'
import { isImages } from './validators.generated.mjs'
import * as words from './words.ts'

/** One service of images.json, as the file says it. */
export type Entry = FromSchema<typeof imagesSchema>[number]

/** images.json is read up to this size, in bytes. */
export const IMAGES_LIMIT = 64 * 1024

/** Reads images.json. Every mistake is a Failure `images_invalid` whose message names the places. */
export function parseImages(bytes: Buffer): Entry[] {
  if (bytes.length > IMAGES_LIMIT) throw invalid(words.imagesTooLarge)
  const value = parseJson(bytes)
  if (!isImages(value)) throw invalid(words.imagesWrong(places(isImages.errors ?? [])))
  const entries = value as Entry[]
  const names = entries.map((entry) => entry.service_name)
  const twice = names.findIndex((name, index) => names.indexOf(name) < index)
  if (twice >= 0) throw invalid(words.namedTwice(twice, String(names[twice])))
  const itself = entries.findIndex(({ version, tags = [] }) => tags.includes(version))
  if (itself >= 0) throw invalid(words.taggedAsItself(itself, String(entries[itself]?.version)))
  return entries
}

/** The folder of a service, from the root of the repository; '' is the root itself. */
export function contextOf(entry: Entry): string {
  return normal(entry.context ?? entry.service_name)
}

/** The Dockerfile's path inside the context. */
export function dockerfileOf(entry: Entry): string {
  return normal(entry.dockerfile ?? 'Dockerfile')
}

function normal(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) throw invalid(words.imagesMark)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw invalid(words.imagesNotJson((error as Error).message))
  }
}

function invalid(message: string): Failure {
  return new Failure('images_invalid', message)
}

function places(errors: ErrorObject[]): string {
  // `not` and `pattern` may both speak of one place; the first is enough for a person.
  // `not: {pattern}` complains of what is no text, too; that it must be text is said already.
  const lines = errors
    .filter(({ keyword }) => keyword !== 'propertyNames' && keyword !== 'if')
    .filter((error) => error.keyword !== 'not' || typeof error.data === 'string')
    .map((error) => sentence(error).slice(0, 300))
  return [...new Set(lines)].slice(0, 5).join('; ')
}

function sentence(error: ErrorObject): string {
  const place = error.instancePath
  switch (error.keyword) {
    case 'additionalProperties':
      return words.keyUnknown(place, error.params.additionalProperty)
    case 'required':
      return words.keyMissing(place, error.params.missingProperty)
    case 'enum':
      return words.noneOf(place, shown(error.data), error.params.allowedValues.join(', '))
    case 'pattern':
    case 'not':
      return words.notAllowedHere(place, shown(error.data), String(ruleOf(error)))
    case 'false schema':
      return words.misfit(place, words.onlyForAmi)
    case 'maxLength':
      return words.tooLong(place, String(error.message), ruleOf(error))
    default:
      return words.misfit(place || '/', String(error.message))
  }
}

function ruleOf({ parentSchema }: ErrorObject): string | undefined {
  return (parentSchema as { description?: string }).description
}

/** Lists and objects only by kind: written out for every error they would cost seconds, or the stack. */
function shown(data: unknown): string {
  if (typeof data === 'object' && data !== null) return Array.isArray(data) ? words.aList : words.anObject
  return JSON.stringify(data).slice(0, 60)
}

import { Failure } from '../shared/failure.ts'
import type { Entry } from '../shared/images.ts'
import { maskable } from './masked.ts'
import * as words from './words/grants.ts'

/** The OpenFaaS secret `build-secrets`: a JSON object, a text by name. A Failure says nothing of what is in it. */
export function readBuildSecrets(text: string): Map<string, string> {
  const values = parse(text)
  if (typeof values !== 'object' || values === null || Array.isArray(values)) throw unusable()
  const entries = Object.entries(values)
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) throw unusable()
  return new Map(entries)
}

/** Those that the entry names. One that is missing, or whose value no mask could hide, is `secret_refused`. */
export function pickSecrets(
  { service_name: service, secrets: names = [] }: Entry,
  all: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(
    names.map((name) => {
      const value = all.get(name)
      if (value === undefined) throw new Failure('secret_refused', words.notThere(service, name))
      if (maskable(value).length === 0) throw new Failure('secret_refused', words.tooShort(service, name))
      return [name, value]
    }),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable()
  }
}

/** `secret_missing`, because a file that is just being written anew looks so, too. */
function unusable(): Failure {
  return new Failure('secret_missing', words.notSecrets)
}

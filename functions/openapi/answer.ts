import { Failure, type FailureCode } from '../shared/failure.ts'

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = { readonly [keyword: string]: unknown }

/** One of the answers of an operation, as OpenAPI describes it. */
export type Answer = {
  description: string
  headers?: Record<string, { description: string; schema: Schema }>
  content?: Record<string, { schema: Schema; example?: unknown }>
}

/** All answers of an operation, by status. */
export type Answers = Record<string, Answer>

const JSON_TYPE = 'application/json'

/** What can end any call of a function: a secret that is not there, and our own mistakes. */
const ALWAYS: FailureCode[] = ['secret_missing', 'internal']

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

/** An answer whose body is JSON of this schema. */
export function jsonAnswer(description: string, schema: Schema, example: unknown): Answer {
  return { description, content: { [JSON_TYPE]: { schema, example } } }
}

/**
 * The refusals of an operation, by the status that each code has. `beside` are other bodies of the same status: an
 * OpenAPI operation has one answer a status.
 */
export function refusals(codes: FailureCode[], beside: Record<number, Answer> = {}): Answers {
  const all = [...new Set([...codes, ...ALWAYS])]
  const statuses = [...new Set(all.map(statusOf))]
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      refusal(
        all.filter((code) => statusOf(code) === status),
        beside[status],
      ),
    ]),
  )
}

function refusal(codes: FailureCode[], beside: Answer | undefined): Answer {
  const sentences = codes.map((code) => `\`${code}\`: ${new Failure(code).message}`)
  const description = [...(beside ? [beside.description] : []), ...sentences].join('; ')
  const failure = { ...ref('Failure'), type: 'object', properties: { error: { enum: codes } } }
  const body = beside?.content?.[JSON_TYPE]
  if (body) return jsonAnswer(description, { anyOf: [body.schema, failure] }, body.example)
  const [code] = codes as [FailureCode, ...FailureCode[]]
  return jsonAnswer(description, failure, { error: code, message: new Failure(code).message })
}

function statusOf(code: FailureCode): number {
  return new Failure(code).status
}

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { openapiDocument } from '../../functions/openapi/document.ts'
import type { Operation } from '../../functions/openapi/operation.ts'

export const DOCUMENT = openapiDocument()

// Formats are for readers and for schemathesis: ajv itself has none.
const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  validateFormats: false,
})
ajv.addVocabulary(['openapi', 'info', 'servers', 'tags', 'paths', 'components'])
ajv.addSchema({ $id: 'document', ...DOCUMENT })

/** The check of a schema of the description, where `$ref` is within the document. */
export function checkOf(schema: object): ValidateFunction {
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')))
}

/** Every operation with its method and path. */
export const OPERATIONS: { method: string; path: string; operation: Operation }[] = Object.entries(
  DOCUMENT.paths,
).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
)

/** Why a value is not what the description promises of this operation and status; undefined where it is. */
export function mismatch(
  operationId: string,
  status: number,
  type: string,
  value: unknown,
): string | undefined {
  const found = OPERATIONS.find(({ operation }) => operation.operationId === operationId)
  const answer = found?.operation.responses[status]
  if (answer === undefined) return `${operationId} does not describe ${status}`
  const body = answer.content?.[type.split(';')[0] ?? '']
  if (body === undefined)
    return answer.content ? `${operationId} ${status} does not describe ${type}` : undefined
  const check = checkOf(body.schema)
  return check(value) ? undefined : JSON.stringify(check.errors)
}

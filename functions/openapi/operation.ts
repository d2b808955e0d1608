import type { Answers, Schema } from './answer.ts'
import type { Parameter } from './parameter.ts'

type Body = {
  schema: Schema
  example?: unknown
  examples?: Record<string, { summary?: string; value: unknown }>
}

/** One method of one path. https://spec.openapis.org/oas/v3.1.1#operation-object */
export type Operation = {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, Body> }
  responses: Answers
}

/** Operations by address at the gateway. */
export type Paths = Record<string, { get?: Operation; post?: Operation }>

import type { FailureCode } from '../shared/failure.ts'
import { type Answer, type Answers, refusals } from './answer.ts'

/** An answer whose body is text of this type. */
export function text(type: string, description: string): Answer {
  return {
    description,
    content: { [type]: { schema: { type: 'string' } } },
  }
}

/** A key in the query is moved into a cookie. */
export const MOVED: Answer = {
  description:
    'The key of the query was right: it is in a cookie now, and the same address without it follows',
  headers: {
    Location: { description: 'the address without the key', schema: { type: 'string' } },
    'Set-Cookie': { description: 'artefacto-key', schema: { type: 'string' } },
  },
}

/** The refusals of badge: JSON for programs, a page for who asks for text/html. */
export function inBoth(codes: FailureCode[]): Answers {
  return Object.fromEntries(
    Object.entries(refusals(codes)).map(([status, { description, content }]) => [
      status,
      { description, content: { ...content, 'text/html': { schema: { type: 'string' } } } },
    ]),
  )
}

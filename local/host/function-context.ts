import type { OutgoingHttpHeaders } from 'node:http'

/** What the template hands a handler as its second argument; the setters return the context. */
export type FunctionContext = {
  status(): number
  status(code: number): FunctionContext
  headers(): OutgoingHttpHeaders
  headers(values: OutgoingHttpHeaders): FunctionContext
  succeed(value?: unknown): void
  fail(error?: unknown): void
}

/** Sends the answer of one call: `failure` where the handler failed, else `value`. */
export type Answer = (failure: unknown, value?: unknown) => void

/** The context of one call. `fail` turns a status of 200 into 500, as in the template. */
export function functionContext(answer: Answer): FunctionContext & { answered(): boolean } {
  let code = 200
  let values: OutgoingHttpHeaders = {}
  let answered = false
  const context = {
    status: (given?: number) => {
      if (!given) return code
      code = given
      return context
    },
    headers: (given?: OutgoingHttpHeaders) => {
      if (!given) return values
      values = given
      return context
    },
    succeed: (value?: unknown) => {
      answered = true
      answer(undefined, value)
    },
    fail: (error?: unknown) => {
      if (code === 200) code = 500
      answered = true
      answer(error)
    },
    answered: () => answered,
  }
  return context as FunctionContext & { answered(): boolean }
}

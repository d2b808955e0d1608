/** What AWS answers instead of what was asked for. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** A request that does not fit what AWS documents of it. */
export const invalid = (message: string) => new Refusal(400, 'ValidationException', message)

export const invalidParameter = (message: string) => new Refusal(400, 'InvalidParameterValue', message)

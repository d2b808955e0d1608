/** A request body that never reaches the handler: too large (413), cannot be decoded (400, 415). */
export class RefusedBody extends Error {
  readonly status: number

  constructor(status: number, name: string, message: string) {
    super(message)
    this.status = status
    this.name = name
  }
}

import type { Reply, Request } from '../../functions/shared/http.ts'
import { openfaas } from '../../functions/shared/openfaas.ts'

/** What a function answers when OpenFaaS's template calls it: also what becomes of an error. */
export async function byTemplate(
  handle: (request: Request) => Promise<Reply>,
  request: Request,
): Promise<Reply> {
  const reply: Reply = { status: 0, headers: {}, body: '' }
  const context = {
    status(code: number) {
      reply.status = code
      return context
    },
    headers(values: Record<string, string>) {
      reply.headers = values
      return context
    },
    succeed(body: string | Buffer) {
      reply.body = body
    },
  }
  await openfaas(handle)(request, context)
  return reply
}

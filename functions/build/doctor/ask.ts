import { bodyOf, callHttp, jsonOf } from '../../shared/http-call.ts'
import * as words from '../words/doctor.ts'

const ANSWER_LIMIT = 1024 * 1024

export type Answer = { status: number; data: unknown; type: string }

type Question = {
  method?: 'GET' | 'HEAD' | 'POST'
  url: string
  headers?: Record<string, string>
  body?: string
}

/**
 * One HTTP question inside of the box; an answer of any status comes back. It has a connection of its own: one that was
 * kept may lead to a server that is gone, and would say so of the one that answers now.
 */
export async function ask(
  { method = 'GET', url, headers = {}, body }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await callHttp(url, { method, headers, body, signal, agent: false })
  const said = await bodyOf(answer, ANSWER_LIMIT)
  const type = String(answer.headers['content-type'] ?? '')
  return { status: answer.statusCode ?? 0, data: jsonOf(said) ?? said.toString(), type }
}

/** Why there was no answer: the code of Node's error where it has one. */
export function whyNot(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ABORT_ERR' ? words.late : (code ?? message ?? words.reasonUnknown)
}

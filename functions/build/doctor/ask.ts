import axios from 'axios'
import * as words from '../words/doctor.ts'

export type Answer = { status: number; data: unknown; type: string }

type Question = {
  method?: 'GET' | 'HEAD' | 'POST'
  url: string
  headers?: Record<string, string>
  body?: string
}

/** One HTTP question inside of the box; an answer of any status comes back. */
export async function ask(
  { method = 'GET', url, headers = {}, body }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const {
    status,
    data,
    headers: told,
  } = await axios.request<unknown>({
    method,
    url,
    headers,
    data: body,
    signal,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: 1024 * 1024,
    validateStatus: () => true,
  })
  return { status, data, type: String(told['content-type'] ?? '') }
}

/** Why there was no answer: the code of Node's error where it has one. */
export function whyNot(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ERR_CANCELED' ? words.late : (code ?? message ?? words.reasonUnknown)
}

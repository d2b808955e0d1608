import { Failure } from '../shared/failure.ts'
import * as words from './words.ts'

/** The answer, or a Failure where the registry leaves it waiting for longer than `ms`. */
export async function within<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const failure = new Failure('registry_down', words.registryLate(ms / 1000))
    timer = setTimeout(reject, ms, failure)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

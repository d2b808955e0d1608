import type { RegistryAnswer } from './registry-transport.ts'
import * as words from './words.ts'

/** The registry's own words, {errors:[{code,message}]}, short. */
export function said(answer: RegistryAnswer): string {
  try {
    const { errors } = JSON.parse(answer.body.toString()) as { errors: { code: string; message: string }[] }
    return errors
      .map((error) => `${error.code} ${error.message}`)
      .join('; ')
      .slice(0, 200)
  } catch {
    return words.noReason
  }
}

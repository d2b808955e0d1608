import { Failure } from '../../functions/shared/failure.ts'

/** The Failure that a call ends with; an error where it does not end with one. */
export async function failureOf(call: Promise<unknown> | (() => unknown)): Promise<Failure> {
  try {
    await (typeof call === 'function' ? call() : call)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('there was no failure')
}

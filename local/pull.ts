import { text } from 'node:stream/consumers'
import { dockerAt } from './docker.ts'

/** Engines that could not reach a registry in time: there is no use in waiting for them a second time. */
const cutOff = new Set<string>()

/** Whether the engine has the image. */
export async function hasImage(host: string, image: string): Promise<boolean> {
  try {
    await dockerAt(host).getImage(image).inspect()
    return true
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}

/** Whether the engine got the image within `withinMs`. Says nothing about why not: the caller has another way. */
export async function canPull(host: string, image: string, withinMs: number): Promise<boolean> {
  if (cutOff.has(host)) return false
  const abortSignal = AbortSignal.timeout(withinMs)
  try {
    refuseErrors(await text(await dockerAt(host).pull(image, { abortSignal })))
    return true
  } catch {
    if (abortSignal.aborted) cutOff.add(host)
    return false
  }
}

/** Failures of a pull or an import arrive as messages, one JSON a line, in an answer that is 200 all the same. */
export function refuseErrors(messages: string): void {
  for (const line of messages.split('\n').filter((row) => row.trim() !== '')) {
    const { error } = JSON.parse(line) as { error?: string }
    if (error) throw new Error(error)
  }
}

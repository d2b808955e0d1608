import { StringDecoder } from 'node:string_decoder'
import type { Trace, Vertex } from './trace.ts'

type Step = {
  number: number
  announced: boolean
  ended: boolean
  started: number
  decoder: StringDecoder
  rest: string
}

/**
 * Turns BuildKit's traces into the text that `docker build --progress=plain` shows: steps numbered in the order
 * in which they appear, each line headed by its step. Keeps what a step has begun to print until its line ends.
 */
export function stepLog(): (trace: Trace) => string {
  const steps = new Map<string, Step>()

  const stepOf = (digest: string): Step => {
    let step = steps.get(digest)
    if (step === undefined) {
      step = {
        number: steps.size + 1,
        announced: false,
        ended: false,
        started: 0,
        decoder: new StringDecoder('utf8'),
        rest: '',
      }
      steps.set(digest, step)
    }
    return step
  }

  function began({ digest, name, started }: Vertex): string {
    const step = stepOf(digest)
    step.started = started ?? step.started
    if (step.announced || name === '') return ''
    step.announced = true
    return `#${step.number} ${name}\n`
  }

  function ended({ digest, cached, completed, error }: Vertex): string {
    const step = stepOf(digest)
    if (step.ended || (completed === undefined && !cached)) return ''
    step.ended = true
    const rest = step.rest === '' ? '' : `#${step.number} ${step.rest}\n`
    const seconds = Math.max(((completed ?? 0) - step.started) / 1000, 0).toFixed(1)
    const word = error !== '' ? `ERROR: ${error}` : cached ? 'CACHED' : `DONE ${seconds}s`
    return `${rest}#${step.number} ${word}\n`
  }

  function printed(digest: string, bytes: Buffer): string {
    const step = stepOf(digest)
    const lines = `${step.rest}${step.decoder.write(bytes)}`.split('\n')
    step.rest = lines.pop() ?? ''
    return lines.map((line) => `#${step.number} ${line}\n`).join('')
  }

  return ({ vertices, outputs }) =>
    [
      ...vertices.map(began),
      ...outputs.map(({ vertex, bytes }) => printed(vertex, bytes)),
      ...vertices.map(ended),
    ].join('')
}

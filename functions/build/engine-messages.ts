import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { Failure } from '../shared/failure.ts'
import * as places from './words/places.ts'

/** A line of the engine's answer to build and push. */
export type EngineMessage = {
  id?: string
  stream?: string
  status?: string
  aux?: unknown
  error?: string
}

/** A line longer than this is not the engine's. */
const LINE_LIMIT = 16 * 1024 * 1024

/**
 * The engine's answer, message by message. It says 200 and puts failures into the stream, and a stream that is cut
 * looks like one that ended, so the caller must see the result it waits for. dockerode's own followers break
 * characters, keep every message and swallow errors (docs/decisions/0003).
 */
export async function* engineMessages(answer: Readable): AsyncGenerator<EngineMessage> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of answer) {
    const lines = `${rest}${decoder.write(chunk as Buffer)}`.split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_LIMIT) throw new Failure('engine_error', places.endlessLine)
    for (const line of lines) if (line.trim() !== '') yield parse(line)
  }
  if (rest.trim() !== '') yield parse(rest)
}

function parse(line: string): EngineMessage {
  try {
    return JSON.parse(line) as EngineMessage
  } catch (error) {
    throw new Failure('engine_error', places.engineNotJson, error)
  }
}

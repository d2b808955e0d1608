import { fields } from './protobuf.ts'

/** A step of a build. Times in ms since 1970; a step that is cached starts and ends at once. */
export type Vertex = {
  digest: string
  name: string
  cached: boolean
  started?: number
  completed?: number
  error: string
}

/** Bytes that a step printed; they may end in the middle of a line, or of a character. */
export type Output = { vertex: string; bytes: Buffer }

export type Trace = { vertices: Vertex[]; outputs: Output[] }

/**
 * Decodes one `moby.buildkit.trace` message (moby.buildkit.v1.StatusResponse, base64).
 * https://github.com/moby/buildkit/blob/master/api/services/control/control.proto
 */
export function decodeTrace(base64: string): Trace {
  const trace: Trace = { vertices: [], outputs: [] }
  for (const [number, value] of fields(Buffer.from(base64, 'base64'))) {
    if (typeof value === 'bigint') continue
    if (number === 1) trace.vertices.push(vertex(value))
    if (number === 3) trace.outputs.push(output(value))
  }
  return trace
}

function vertex(message: Buffer): Vertex {
  const result: Vertex = { digest: '', name: '', cached: false, error: '' }
  for (const [number, value] of fields(message)) {
    if (number === 4) result.cached = value !== 0n
    if (typeof value === 'bigint') continue
    if (number === 1) result.digest = value.toString('utf8')
    if (number === 3) result.name = value.toString('utf8')
    if (number === 5) result.started = timestamp(value)
    if (number === 6) result.completed = timestamp(value)
    if (number === 7) result.error = value.toString('utf8')
  }
  return result
}

function output(message: Buffer): Output {
  const result: Output = { vertex: '', bytes: Buffer.alloc(0) }
  for (const [number, value] of fields(message)) {
    if (typeof value === 'bigint') continue
    if (number === 1) result.vertex = value.toString('utf8')
    if (number === 4) result.bytes = value
  }
  return result
}

function timestamp(message: Buffer): number {
  let ms = 0
  for (const [number, value] of fields(message)) {
    if (number === 1) ms += Number(value) * 1000
    if (number === 2) ms += Number(value) / 1e6
  }
  return ms
}

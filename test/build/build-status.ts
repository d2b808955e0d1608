/** Writes protobuf by hand, so that what is read is not checked against itself. */
function field(number: number, value: string | Buffer | number | boolean): Buffer {
  if (typeof value === 'number' || typeof value === 'boolean')
    return Buffer.concat([varint(number << 3), varint(Number(value))])
  const bytes = Buffer.from(value as string)
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  do {
    const more = left >= 128
    bytes.push((left % 128) | (more ? 128 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.from(bytes)
}

export type Step = {
  digest: string
  name?: string
  inputs?: string[]
  cached?: boolean
  started?: number
  completed?: number
  error?: string
}

/** A moby.buildkit.v1.StatusResponse as the engine sends it, base64; times in ms. */
export function status(steps: Step[], outputs: [step: string, bytes: string | Buffer][] = []): string {
  const message = [
    ...steps.map((step) => field(1, vertex(step))),
    // Statuses (2) and warnings (4) are there in real life, and passed over.
    field(2, field(1, 'transferring context')),
    ...outputs.map(([step, bytes]) =>
      field(3, Buffer.concat([field(1, step), field(2, time(1)), field(3, 1), field(4, bytes)])),
    ),
    field(4, field(1, 'a warning')),
  ]
  return Buffer.concat(message).toString('base64')
}

function vertex({ digest, name, inputs = [], cached, started, completed, error }: Step): Buffer {
  return Buffer.concat([
    field(1, digest),
    ...inputs.map((input) => field(2, input)),
    ...(name === undefined ? [] : [field(3, name)]),
    ...(cached ? [field(4, true)] : []),
    ...(started === undefined ? [] : [field(5, time(started))]),
    ...(completed === undefined ? [] : [field(6, time(completed))]),
    ...(error === undefined ? [] : [field(7, error)]),
  ])
}

function time(ms: number): Buffer {
  return Buffer.concat([field(1, Math.floor(ms / 1000)), field(2, (ms % 1000) * 1e6)])
}

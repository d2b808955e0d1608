import * as places from './words/places.ts'

/** A field of a protobuf message: its number and its raw value. Groups do not occur in BuildKit's messages. */
export type Field = [number: number, value: bigint | Buffer]

/**
 * Reads the fields of a protobuf message. 25 lines instead of protobufjs's 297 KB in the bundle
 * (docs/decisions/0003). A truncated message throws a RangeError. https://protobuf.dev/programming-guides/encoding/
 */
export function* fields(message: Buffer): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      if (shift > 63n) throw new RangeError(places.longNumber)
      const byte = message.readUInt8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError(places.cutTrace)
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = Number(varint())
    const wire = key & 7
    if (wire === 0) yield [key >>> 3, varint()]
    else if (wire === 2) yield [key >>> 3, take(Number(varint()))]
    else if (wire === 1) yield [key >>> 3, take(8)]
    else if (wire === 5) yield [key >>> 3, take(4)]
    else throw new RangeError(places.unknownWire(wire))
  }
}

/** A message with these texts in its fields 1, 2 and so on. */
export function message(...texts: string[]): Buffer {
  const parts = texts.flatMap((text, at) => {
    const bytes = Buffer.from(text)
    return [Buffer.from([((at + 1) << 3) | 2, ...varint(bytes.length)]), bytes]
  })
  return Buffer.concat(parts)
}

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number & 127) | 128, ...varint(number >>> 7)]
}

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

/** What a field of a message that we write may hold. */
export type Value = string | Buffer | number | bigint

/** A message with these values in its fields 1, 2 and so on; what is a field's default is left out, as in proto3. */
export function message(...values: Value[]): Buffer {
  return Buffer.concat(values.flatMap((value, at) => field(at + 1, value)))
}

function field(number: number, value: Value): Buffer[] {
  if (typeof value === 'number' || typeof value === 'bigint')
    return Number(value) === 0 ? [] : [varint(number << 3), varint(BigInt.asUintN(64, BigInt(value)))]
  const bytes = Buffer.from(value as string)
  return bytes.length === 0 ? [] : [varint((number << 3) | 2), varint(bytes.length), bytes]
}

function varint(value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value)
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

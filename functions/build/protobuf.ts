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

/** The most bytes of a varint of 64 bits. */
const VARINT = 10

/** A message with these values in its fields 1, 2 and so on; what is a field's default is left out, as in proto3. */
export function message(...values: Value[]): Buffer {
  const room = values.reduce<number>((sum, value) => sum + 2 * VARINT + sizeOf(value), 0)
  const bytes = Buffer.allocUnsafe(room)
  let end = 0
  for (const [at, value] of values.entries()) {
    const size = sizeOf(value)
    if (typeof value === 'number' || typeof value === 'bigint') {
      if (BigInt(value) !== 0n) end = varint(bytes, varint(bytes, end, (at + 1) << 3), value)
    } else if (size > 0) {
      end = varint(bytes, varint(bytes, end, ((at + 1) << 3) | 2), size)
      end += typeof value === 'string' ? bytes.write(value, end) : value.copy(bytes, end)
    }
  }
  return bytes.subarray(0, end)
}

/** How a field begins that has so many bytes. */
export function beginning(field: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(2 * VARINT)
  return bytes.subarray(0, varint(bytes, varint(bytes, 0, (field << 3) | 2), size))
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  return Buffer.isBuffer(value) ? value.length : 0
}

/** Writes it; gives where it ends. */
function varint(bytes: Buffer, begin: number, value: number | bigint): number {
  let end = begin
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) end = bytes.writeUInt8(Number(rest & 127n) | 128, end)
  return bytes.writeUInt8(Number(rest), end)
}

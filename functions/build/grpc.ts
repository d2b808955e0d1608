import * as places from './words/places.ts'

/** Before each message: whether it is compressed, which ours are not, and its length. */
const PREFIX = 5

/** More than any message that the engine has for us, in bytes. */
const MESSAGE_LIMIT = 1024 * 1024

/** A message as gRPC sends it (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([prefixOf(message.length), message])
}

/** What stands before a message of so many bytes. */
export function prefixOf(length: number): Buffer {
  const prefix = Buffer.alloc(PREFIX)
  prefix.writeUInt32BE(length, 1)
  return prefix
}

/** The messages of a stream, as many at once as have come. A stream that ends within one, or a huge one, is an Error. */
export async function* messagesIn(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const messages: Buffer[] = []
    for (let end = endOfFirst(rest); end <= rest.length; end = endOfFirst(rest)) {
      messages.push(rest.subarray(PREFIX, end))
      rest = rest.subarray(end)
    }
    if (messages.length > 0) yield messages
  }
  if (rest.length > 0) throw new RangeError(places.cutMessage)
}

function endOfFirst(bytes: Buffer): number {
  if (bytes.length < PREFIX) return PREFIX
  const length = bytes.readUInt32BE(1)
  if (length > MESSAGE_LIMIT) throw new RangeError(places.hugeMessage)
  return PREFIX + length
}

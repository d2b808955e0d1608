/** The same bytes in pieces of at least `enough` bytes, but for the last. */
export async function* batched(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  enough: number,
): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    size += piece.length
    if (size < enough) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(waiting)
}

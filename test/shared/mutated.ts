/** Random whole numbers below `n`, the same ones for the same seed (mulberry32). */
export function generator(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n
  }
}

const PIECES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  'null',
  '1e999',
  '../',
  '\0',
  '\n',
  '"__proto__":1,',
  'é',
  '🚢',
]

/** The bytes with one to three places overwritten, taken out, doubled or with something put in. */
export function mutated(next: (n: number) => number, bytes: Buffer): Buffer {
  let result = bytes
  for (let times = 1 + next(3); times > 0; times -= 1) {
    const at = next(result.length + 1)
    const end = Math.min(result.length, at + next(8))
    const put = [
      Buffer.from([next(256)]),
      Buffer.alloc(0),
      Buffer.from(PIECES[next(PIECES.length)] as string),
      Buffer.concat([result.subarray(at, end), result.subarray(at, end)]),
    ][next(4)] as Buffer
    result = Buffer.concat([result.subarray(0, at), put, result.subarray(next(2) === 0 ? at : end)])
  }
  return result
}

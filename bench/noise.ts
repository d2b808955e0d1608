import { createCipheriv } from 'node:crypto'

/** Bytes that no compression makes fewer, the same for the same seed. */
export function noise(seed: number, size: number): Buffer {
  const key = Buffer.alloc(16)
  key.writeUInt32BE(seed)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

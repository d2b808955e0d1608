import { basename, dirname } from 'node:path'
import { type ByteReader, byteReader } from './tar/byte-reader.ts'
import { sizeOf, stampChecksum } from './tar/header.ts'
import { runTool, startTool } from './tool.ts'

/**
 * The disk as an archive with that one file, its holes left out (pax, sparse 1.0: `tar -xSf` gives it back with them).
 * Holes are dug first wherever there are zeros, or they would depend on how the file system of the work folder
 * allocates: the same disk is the same archive.
 */
export async function* sparseArchive(file: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  await runTool('fallocate', ['--dig-holes', file], { signal })
  const name = 'exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'
  const form = ['--format=posix', '--sparse', '--sparse-version=1.0', `--pax-option=${name}`]
  const owner = ['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=0644']
  const args = [...form, ...owner, '-C', dirname(file), '-cf', '-', basename(file)]
  const tar = startTool('tar', args, { signal })
  tar.stdin.end()
  yield* alwaysNamed(byteReader(tar.stdout), basename(file))
  await tar.ended
}

/** tar's own name for a sparse member has the number of its process in it; readers take the one in the header before. */
async function* alwaysNamed(bytes: ByteReader, name: string): AsyncGenerator<Buffer> {
  const extended = await bytes.take(512)
  yield extended
  const size = sizeOf(extended) as number
  yield await bytes.take(size + (-size & 511))
  const header = Buffer.from(await bytes.take(512))
  header.fill(0, 0, 100).write(`GNUSparseFile.0/${name}`, 0)
  stampChecksum(header)
  yield header
  yield* bytes.rest()
}

import { createReadStream } from 'node:fs'
import { dirname } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import { batched } from '../shared/batched.ts'
import { type SourceEntry, walk } from './archive.ts'
import type { Context } from './context.ts'
import { contentIn } from './source.ts'
import { inside } from './source-tree.ts'

/** Bytes that are sent at once, at least. */
const BLOCK = 64 * 1024

/**
 * The context as the plain tar that the engine reads, streamed from the repository's tarball, those of its submodules
 * and what came from Git LFS: no copy on disk or in memory. Owners, times and modes are git's, not the archive's, so
 * that equal sources are equal bytes. The first entry is a bare folder: BuildKit takes a tar that begins with an
 * extended header for a Dockerfile (docs/decisions/0003). A failure on the way destroys the stream with it, so that a
 * build never hangs on half a tree.
 */
export function contextStream(
  tarball: string,
  sha: string,
  context: Context,
  time: number,
  signal: AbortSignal,
): Readable {
  const tar = pack()
  const mtime = new Date(time)
  // tar-stream's streams are streamx's; the engine's client wants Node's own. Nothing begins before it is read.
  return Readable.from(bytes(), { objectMode: false })

  async function* bytes(): AsyncGenerator<Buffer> {
    const filling = fill(tar)
    filling.catch((error: unknown) => tar.destroy(error as Error))
    try {
      yield* batched(tar as unknown as AsyncIterable<Buffer>, BLOCK)
    } catch (error) {
      // A tarball that breaks in a file breaks the tar first; what was wrong is what filling it ends with.
      await filling
      throw error
    }
  }

  async function fill(out: Pack): Promise<void> {
    await put(out, { name: './', type: 'directory', mode: 0o755, mtime })
    await put(out, { name: context.dockerfile, type: 'file', mode: 0o644, mtime }, context.dockerfileBytes)
    await walk(tarball, sha, (entry, content) => copy(out, entry.path, entry, content), signal)
    for (const part of context.submodules)
      await walk(
        part.tarball,
        part.sha,
        (entry, content) => copy(out, `${part.at}/${entry.path}`, entry, content),
        signal,
      )
    out.finalize()
  }

  async function copy(out: Pack, path: string, entry: SourceEntry, content: Readable): Promise<void> {
    const name = path.slice(context.folder === '' ? 0 : context.folder.length + 1)
    const file = inside(path, context.folder) ? context.files.get(name) : undefined
    if (file === undefined || entry.kind === 'folder' || name === context.dockerfile)
      return void content.resume()
    if (entry.kind === 'link') {
      content.resume()
      return put(out, { name, type: 'symlink', linkname: entry.target, mode: 0o777, mtime })
    }
    const mode = entry.executable ? 0o755 : 0o644
    const sink = out.entry({ name, type: 'file', mode, mtime, size: file.size })
    if (file.lfs === undefined) return pipeline(content, sink as unknown as Writable)
    content.resume()
    return pipeline(createReadStream(contentIn(dirname(tarball), file.lfs.oid)), sink as unknown as Writable)
  }
}

function put(out: Pack, header: Parameters<Pack['entry']>[0], bytes?: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null) => (error ? reject(error) : resolve())
    if (bytes === undefined) out.entry(header, done)
    else out.entry(header, bytes, done)
  })
}

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where git-lfs itself keeps a content below a repository's own folder. */
export function objectFile(directory: string, oid: string): string {
  return join(directory, 'lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid)
}

/** Keeps a content as `git lfs push` would; gives the pointer that stands for it in git. */
export function putObject(directory: string, content: Buffer): Buffer {
  const oid = createHash('sha256').update(content).digest('hex')
  const file = objectFile(directory, oid)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  const lines = ['version https://git-lfs.github.com/spec/v1', `oid sha256:${oid}`, `size ${content.length}`]
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** What a repository on disk has of its Git LFS, bare or not. */
export async function copyObjects(source: string, directory: string): Promise<void> {
  const [from] = [join(source, '.git/lfs/objects'), join(source, 'lfs/objects')].filter(existsSync)
  if (from !== undefined) await cp(from, join(directory, 'lfs/objects'), { recursive: true })
}

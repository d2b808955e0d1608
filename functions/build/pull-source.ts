import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { log } from '../shared/log.ts'
import { FORGING, isOutside } from './archive.ts'
import { isAttributes } from './gitattributes.ts'
import type { GitTree } from './github.ts'
import type { Lent } from './kept-source.ts'
import { openReader, type Place } from './place.ts'
import { inside, type SourceTree, TEXT_LIMIT, type TreeFile } from './source-tree.ts'
import type { Wanted } from './submodules.ts'

/** Of so many files and bytes in them each is asked for; where more has changed, the archive is one question. */
const FEW = 10
const SMALL = 4 * 1024 * 1024

/** What a source is pulled from. The folder gets the bytes that are new. */
type From = {
  listed: Promise<GitTree | undefined>
  blob(id: string): Promise<Buffer | undefined>
  lent: Lent
  folder: string
}

type Entry = GitTree['tree'][number]

/**
 * What is wanted of a commit, as its archive would give it, from git's own list of its files: the few that are not here
 * are asked for. Undefined where the archive may have other files or bytes than git (submodules, new .gitattributes),
 * where it is faster, and where anything is odd, which the archive is to say. Never fails.
 */
export async function pullSource(from: From, wanted: Wanted): Promise<SourceTree | undefined> {
  try {
    const list = await from.listed
    if (list === undefined || list.truncated || !list.tree.every((one) => isPlain(one, from.lent)))
      return undefined
    const files = list.tree.filter(
      ({ type, path }) => type === 'blob' && wanted.contexts.some((context) => inside(path, context)),
    )
    const missing = files.filter(({ mode, sha }) => !from.lent.file(mode, sha))
    const size = missing.reduce((sum, one) => sum + Number(one.size), 0)
    return missing.length > FEW || !(size <= SMALL) ? undefined : await treeOf(from, wanted, files, missing)
  } catch (error) {
    log('source_not_pulled', { error })
    return undefined
  }
}

/** Whether an archive has this file as git has it, if it has nothing else. */
function isPlain({ path, mode, type, sha }: Entry, { attributes }: Lent): boolean {
  const known = type === 'tree' || (type === 'blob' && ['100644', '100755', '120000'].includes(mode))
  // What is no UTF-8 stands as U+FFFD in JSON.
  return (
    known &&
    (!isAttributes(path) || attributes.has(sha)) &&
    !isOutside(path.split('/')) &&
    !FORGING.test(path) &&
    !path.includes('\uFFFD')
  )
}

async function treeOf(
  from: From,
  { texts }: Wanted,
  files: Entry[],
  missing: Entry[],
): Promise<SourceTree | undefined> {
  const added = await fetched(from, missing)
  const attributes = new Set(from.lent.attributes)
  const tree: SourceTree = { files: new Map(), texts: new Map(), submodules: [], attributes, plain: true }
  const reader = openReader()
  try {
    for (const { path, mode, sha } of files) {
      const found = from.lent.file(mode, sha) ?? added.get(`${mode} ${sha}`)
      if (found === undefined || tree.files.has(path)) return undefined
      tree.files.set(path, { ...found, mode: mode as TreeFile['mode'] })
      if (!texts.includes(path) || found.bytes === undefined) continue
      if (found.size > TEXT_LIMIT) return undefined
      const text = Buffer.alloc(found.size)
      await reader.fill(text, found.bytes)
      tree.texts.set(path, text)
    }
    return tree
  } finally {
    await reader.close()
  }
}

/** Asks for files, and writes their bytes down; by `mode id`, without those whose bytes are not what the id says. */
async function fetched({ blob, folder }: From, missing: Entry[]): Promise<Map<string, TreeFile>> {
  const file = join(folder, 'pulled')
  const contents = await Promise.all(missing.map(async ({ sha }) => (await blob(sha)) ?? Buffer.alloc(0)))
  await writeFile(file, Buffer.concat(contents), { flag: 'wx', mode: 0o600 })
  const found = new Map<string, TreeFile>()
  let at = 0
  for (const [index, { mode, sha }] of missing.entries()) {
    const bytes = contents[index] as Buffer
    const one = mode === '120000' ? linkTo(bytes.toString('utf8'), sha) : fileAt({ file, at }, bytes, sha)
    if (one) found.set(`${mode} ${sha}`, one)
    at += bytes.length
  }
  return found
}

function linkTo(target: string, blob: string): TreeFile | undefined {
  return idOf(Buffer.from(target)) === blob ? { mode: '120000', blob, size: 0, target } : undefined
}

function fileAt(place: Place, bytes: Buffer, blob: string): TreeFile | undefined {
  const found = { mode: '100644', blob, size: bytes.length, target: '', bytes: place } as const
  return idOf(bytes) === blob ? found : undefined
}

function idOf(bytes: Buffer): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

import { unfit } from '../refusal.ts'
import { shown } from '../tar/member.ts'

/** `from` is where the member stands in the spool; undefined for a folder that no layer has named. */
export type Folder = { layer: number; from?: number; children: Map<string, Folder | Name> }

/** A name in a folder, and what it is a name of: one file may have many (hard links). */
export type Name = { layer: number; file: File }

export type File = {
  /** Where its member stands in the spool. */
  from: number
  /** The target of a symlink. */
  link: string | undefined
  /** Where the last hard link to it stands, whose mode, owner and times it has since; undefined: it had none. */
  linked?: number
}

/** As Linux has it. */
const SYMLINKS = 40

export function emptyFolder(layer: number, from?: number): Folder {
  return { layer, ...(from !== undefined && { from }), children: new Map() }
}

export function isFolder(node: Folder | Name): node is Folder {
  return 'children' in node
}

/**
 * The folder at a place. What is missing is made; symlinks on the way lead to where they lead in a container, never
 * out of the root: https://github.com/moby/go-archive/blob/main/diff.go
 */
export function folderAt(root: Folder, place: string, layer: number): Folder {
  const way = [root]
  const todo = place.split('/').reverse()
  for (let links = 0; todo.length > 0; ) {
    const part = todo.pop() as string
    if (part === '..' && way.length > 1) way.pop()
    if (['', '.', '..'].includes(part)) continue
    const here = way.at(-1) as Folder
    const next = here.children.get(part) ?? made(here, part, layer)
    if (isFolder(next)) {
      way.push(next)
      continue
    }
    const { link } = next.file
    if (link === undefined || ++links > SYMLINKS)
      throw unfit(`a layer of the image has files below ${shown(place)}, which is no folder`)
    if (link.startsWith('/')) way.splice(1)
    todo.push(...link.split('/').reverse())
  }
  return way.at(-1) as Folder
}

function made(parent: Folder, name: string, layer: number): Folder {
  const folder = emptyFolder(layer)
  parent.children.set(name, folder)
  return folder
}

/** All folders and names below, each folder before what is in it. */
export function* walk(root: Folder): Generator<{ place: string; node: Folder | Name }> {
  const todo: { place: string; node: Folder | Name }[] = [{ place: '', node: root }]
  for (let one = todo.pop(); one; one = todo.pop()) {
    yield one
    if (!isFolder(one.node)) continue
    const before = one.place === '' ? '' : `${one.place}/`
    for (const [name, node] of [...one.node.children].reverse())
      todo.push({ place: `${before}${name}`, node })
  }
}

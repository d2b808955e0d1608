import { unfit } from '../refusal.ts'
import { shown } from '../tar/member.ts'
import { emptyFolder, type Folder, folderAt, isFolder, type Name } from './tree.ts'
import { whiteoutOf } from './whiteout.ts'

/** A member of a layer. */
export type Entry = {
  /** As in tar's header: '1' hard link, '2' symlink, '5' folder. */
  type: string
  place: string
  /** A symlink's target as it stands there, a hard link's as a place. */
  link: string
  /** Where it stands in the spool. */
  from: number
}

/**
 * Does to the tree what a container engine does to a file system when it unpacks the next member of a layer (numbered
 * from below): https://github.com/opencontainers/image-spec/blob/main/layer.md#applying-changesets
 */
export function applyEntry(root: Folder, layer: number, entry: Entry): void {
  const whiteout = whiteoutOf(entry.place)
  if (whiteout === undefined) put(root, layer, entry)
  else if (whiteout !== 'nothing') hide(root, layer, whiteout)
}

function put(root: Folder, layer: number, entry: Entry): void {
  if (entry.place === '') return void putRoot(root, layer, entry)
  const [above, name] = split(entry.place)
  const { children } = folderAt(root, above, layer)
  const there = children.get(name)
  if (entry.type !== '5') children.set(name, { layer, file: fileOf(root, layer, entry) })
  else if (there && isFolder(there)) Object.assign(there, { layer, from: entry.from })
  else children.set(name, emptyFolder(layer, entry.from))
}

function putRoot(root: Folder, layer: number, { type, from }: Entry): void {
  if (type !== '5') throw unfit('a layer of the image has something else than a folder for its root')
  Object.assign(root, { layer, from })
}

function fileOf(root: Folder, layer: number, { type, place, link, from }: Entry): Name['file'] {
  if (type !== '1') return { from, link: type === '2' ? link : undefined }
  const [above, name] = split(link)
  const target = folderAt(root, above, layer).children.get(name)
  if (target === undefined || isFolder(target))
    throw unfit(`${shown(place)} is a hard link to ${shown(link)}, which is no file of the image`)
  target.file.linked = from
  return target.file
}

/** A whiteout is for what lower layers have; what its own layer has stays, wherever the whiteout stands in it. */
function hide(root: Folder, layer: number, { folder, name }: { folder: string; name?: string }): void {
  const { children } = folderAt(root, folder, layer)
  for (const one of name === undefined ? [...children.keys()] : [name]) {
    const node = children.get(one)
    if (node && isHidden(node, layer)) children.delete(one)
  }
}

function isHidden(node: Folder | Name, layer: number): boolean {
  if (!isFolder(node)) return node.layer < layer
  for (const [name, child] of node.children) if (isHidden(child, layer)) node.children.delete(name)
  if (node.layer === layer) return false
  if (node.children.size === 0) return true
  // The layer has made it anew, by what it has in it.
  node.layer = layer
  delete node.from
  return false
}

function split(place: string): [above: string, name: string] {
  const at = place.lastIndexOf('/')
  return [place.slice(0, Math.max(0, at)), place.slice(at + 1)]
}
